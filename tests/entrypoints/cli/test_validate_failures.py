"""`gristmill validate` where the machine or the call is at fault, and never the file."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROWS = "id,name\n" + "1,Ann\n" * 5000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(ROWS)
    return path


def validate(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, as only there a traceback would show."""
    command = "from entrypoints.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", command, "validate", *map(str, arguments)],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
        **options,
    )


def assert_one_line(failed: subprocess.CompletedProcess[str], words: str) -> None:
    assert failed.returncode == 2
    assert failed.stderr.startswith("Error: ")
    assert words in failed.stderr
    assert failed.stderr.count("\n") == 1


def _at_most(size_bytes: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, size_bytes))


def test_a_full_device_at_standard_output_is_no_bad_row(file: Path, tmp_path: Path) -> None:
    with (tmp_path / "told").open("w") as told:
        failed = validate(file, stdout=told, preexec_fn=_at_most(0))

    assert_one_line(failed, "cannot write to standard output: File too large")


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_reader_that_has_gone_is_no_bad_row(file: Path, options: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        failed = validate(file, *options, stdout=writing)
    finally:
        os.close(writing)

    assert_one_line(failed, "cannot write to standard output: Broken pipe")


def test_a_folder_that_cannot_be_made_is_no_bad_row(file: Path) -> None:
    failed = validate(file, "--out", file / "out", stdout=subprocess.PIPE)

    assert_one_line(failed, f"cannot write to {file}/out: Not a directory")
    assert failed.stdout == ""


def test_results_that_find_no_room_leave_those_that_were_there(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert validate(file, "--out", out, stdout=subprocess.PIPE).returncode == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    file.write_text("id,name\n" + "2,Ben,x\n" * 20_000)

    failed = validate(
        file, "--out", out, stdout=subprocess.PIPE, preexec_fn=_at_most(len(ROWS) // 2)
    )

    assert_one_line(failed, f"cannot write {out}/")
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_setting_that_is_malformed_is_no_bad_row(file: Path) -> None:
    environment = os.environ | {"GRISTMILL_PORT": "high"}

    failed = validate(file, stdout=subprocess.PIPE, env=environment)

    assert_one_line(failed, "GRISTMILL_PORT")


def test_what_can_be_read_only_once_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "people.csv"
    os.mkfifo(pipe)

    failed = validate(pipe, stdout=subprocess.PIPE)

    assert failed.returncode == 2
    assert "is not a regular file" in failed.stderr


def test_a_terminal_that_lacks_characters_gets_them_spelt(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("b,ж\n1\n", encoding="utf-8")
    environment = os.environ | {"PYTHONIOENCODING": "latin-1"}

    told = validate(file, stdout=subprocess.PIPE, env=environment)
    report = validate(file, "--json", stdout=subprocess.PIPE, env=environment)

    assert (told.returncode, told.stderr) == (1, "")
    assert 'none for "\\u0436"' in told.stdout
    assert json.loads(report.stdout)["columns"][1]["name"] == "ж"


def test_a_name_that_is_no_text_is_shown_all_the_same() -> None:
    command = (
        "from entrypoints.cli.standard_output import print_lines; print_lines(['\\udcff.csv'])"
    )

    told = subprocess.run([sys.executable, "-c", command], capture_output=True, check=True)

    assert told.stdout == b"\\udcff.csv\n"
