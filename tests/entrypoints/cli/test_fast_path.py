"""When NumPy and Polars are loaded, and what becomes of an installation without them."""

import subprocess
import sys
from pathlib import Path

import pytest

SMALL, LARGE = 10, 100_000
VALIDATE = """
import sys
for name in sys.argv[2:]:
    sys.modules[name] = None
from click.testing import CliRunner
from entrypoints.cli.main import main
result = CliRunner().invoke(main, ["validate", sys.argv[1]])
print(result.output, result.exit_code, "loaded" if sys.modules.get("polars") else "not loaded")
"""


@pytest.fixture
def people(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def validate(path: Path, *, missing: tuple[str, ...] = ()) -> str:
    """What a process says that cannot import the missing modules."""
    command = [sys.executable, "-c", VALIDATE, str(path), *missing]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("rows", "expected"), [(SMALL, "not loaded"), (LARGE, "loaded")])
def test_a_small_file_does_not_load_polars(people: Path, rows: int, expected: str) -> None:
    people.write_text("id,name\n" + "1,Ann\n" * rows)

    said = validate(people)

    assert f"clean ({rows} read, {rows} accepted" in said
    assert said.endswith(f" 0 {expected}\n")


def test_a_large_file_is_validated_without_the_engine_extra(people: Path) -> None:
    people.write_text("id,name\n" + "1,Ann\n" * LARGE)

    said = validate(people, missing=("polars", "numpy"))

    assert f"clean ({LARGE} read, {LARGE} accepted" in said
    assert said.endswith(" 0 not loaded\n")
