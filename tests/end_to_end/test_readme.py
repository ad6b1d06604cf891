"""The README's commands, typed one after the other, give the answers it shows."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.service import Service

README = Path(__file__).parents[2] / "README.md"
END_MARK = "-- end of the answer --"


def steps(heading: str) -> Iterator[tuple[str, str]]:
    """Each command of that section with the answer that is shown below it."""
    walk = README.read_text().split(f"\n{heading}\n")[1].split("\n## ")[0]
    for block in re.findall(r"```console\n(.*?)```", walk, flags=re.DOTALL):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = step.splitlines()
            length = 1 + sum(line.startswith("> ") for line in lines)
            command = "\n".join([lines[0], *(line[2:] for line in lines[1:length])])
            yield command, "\n".join(lines[length:])


def matches(answer: str, shown: str) -> bool:
    """True when they are the same but for what `…` stands for."""
    pattern = ".*".join(re.escape(part) for part in shown.split("…"))
    return re.fullmatch(pattern, answer.replace("\r\n", "\n").strip("\n"), re.DOTALL) is not None


def test_every_command_of_the_walk_gives_the_answer_that_is_shown(
    service: Service, tmp_path: Path
) -> None:
    if shutil.which("curl") is None:
        pytest.fail("the README's commands need curl")
    walk = list(steps("## A walk through the API"))
    script = "\n".join(f"{command}\necho; echo '{END_MARK}'" for command, _ in walk)

    run = subprocess.run(
        [
            "bash",
            "-euo",
            "pipefail",
            "-c",
            script.replace("localhost:8000", f"localhost:{service.port}"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    answers = run.stdout.split(f"\n{END_MARK}\n")
    assert len(walk) > 10
    for (command, shown), answer in zip(walk, answers, strict=False):
        assert matches(answer, shown), f"{command}\n\nanswered\n\n{answer}\n\ninstead of\n\n{shown}"
