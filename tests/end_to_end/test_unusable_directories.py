"""A data directory that is of no use: every command says so in one line, and ends with 1."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.service import run_gristmill

COMMANDS = {
    "up": ["--port", "0"],
    "demo": [],
    "api": ["--port", "0"],
    "worker": [],
    "migrate": [],
}


def run_on(data_dir: Path, command: str) -> subprocess.CompletedProcess[str]:
    arguments = [*COMMANDS[command], "--data-dir", str(data_dir)]
    return run_gristmill(command, *arguments, cwd=data_dir.parents[1], GRISTMILL_LOG_LEVEL="ERROR")


def check_refusal(ended: subprocess.CompletedProcess[str], reason: str) -> None:
    assert ended.returncode == 1, ended.stderr
    (line,) = ended.stderr.splitlines()
    assert line.startswith("Error: ")
    assert reason in line


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Where nothing is yet."""
    return tmp_path / "below" / "data"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_where_the_directory_should_be_is_told(data_dir: Path, command: str) -> None:
    data_dir.parent.touch()

    check_refusal(run_on(data_dir, command), f"{data_dir} cannot be used: a file is in its place")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_cannot_be_opened_is_told(data_dir: Path, command: str) -> None:
    (data_dir / "gristmill.db").mkdir(parents=True)

    check_refusal(run_on(data_dir, command), "data/gristmill.db: unable to open database file")


def other_file_instead_of_database(data_dir: Path) -> str:
    (data_dir / "gristmill.db").write_bytes(b"something else " * 1000)
    return "data/gristmill.db: file is not a database"


def file_instead_of_objects(data_dir: Path) -> str:
    (data_dir / "objects").touch()
    return "data/objects is not a folder"


def file_instead_of_scratch(data_dir: Path) -> str:
    (data_dir / "scratch").touch()
    return "data/scratch is not a folder"


def folder_instead_of_lock(data_dir: Path) -> str:
    (data_dir / "gristmill.lock").mkdir()
    return "data cannot be used: Is a directory"


@pytest.mark.parametrize(
    "spoil",
    [
        other_file_instead_of_database,
        file_instead_of_objects,
        file_instead_of_scratch,
        folder_instead_of_lock,
    ],
)
def test_whatever_else_is_in_the_way_is_told(data_dir: Path, spoil: Callable[[Path], str]) -> None:
    data_dir.mkdir(parents=True)
    reason = spoil(data_dir)

    check_refusal(run_on(data_dir, "up"), reason)
