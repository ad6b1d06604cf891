"""The README's tables say what the sources say."""

import re

from domain.error_catalogue import CATALOGUE, ErrorLevel
from tests.architecture.project import ROOT

VARIABLE = re.compile(r"GRISTMILL_[A-Z0-9_]*[A-Z0-9]")
HEADINGS = {
    ErrorLevel.FILE: "### The file as a whole",
    ErrorLevel.ROW: "### One record",
    ErrorLevel.CELL: "### One cell",
}


def section(heading: str) -> str:
    """The text below that heading, up to the next one."""
    text = (ROOT / "README.md").read_text("utf-8")
    return re.split(r"\n#+ ", text.partition(f"{heading}\n")[2])[0]


def test_it_lists_exactly_the_settings_there_are() -> None:
    sources = (ROOT / "entrypoints").glob("*settings.py")
    source = "\n".join(path.read_text("utf-8") for path in sources)

    listed = [
        name
        for line in section("## Settings").splitlines()
        if line.startswith("| `")
        for name in VARIABLE.findall(line.split("|")[1])
    ]

    assert sorted(listed) == sorted(set(VARIABLE.findall(source)))


def test_it_lists_exactly_the_error_codes_there_are() -> None:
    for level, heading in HEADINGS.items():
        listed = re.findall(r"^\| `.+$", section(heading), re.MULTILINE)

        assert listed == [
            f"| `{entry.code}` | {entry.title} | {entry.example} |"
            for entry in CATALOGUE.values()
            if entry.level is level
        ]
