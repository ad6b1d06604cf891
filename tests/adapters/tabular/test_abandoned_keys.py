"""What a killed engine left is removed, and nothing else."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.tabular.abandoned_keys import remove_abandoned_keys
from application.errors import StorageUnavailableError

KILLED = """
import os, pathlib, signal, sys
from adapters.tabular.keys import key_indexes
with key_indexes(memory_bytes=0, scratch=pathlib.Path(sys.argv[1])) as new_key_index:
    new_key_index().claim(b"x", 1)
    new_key_index().claim(b"y", 1)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def leave_keys(scratch: Path) -> Path:
    """The folder that a killed engine leaves."""
    killed = subprocess.run([sys.executable, "-c", KILLED, str(scratch)], check=False)
    assert killed.returncode == -signal.SIGKILL
    [folder] = scratch.iterdir()
    return folder


def test_no_key_outlives_an_engine_that_is_killed(tmp_path: Path) -> None:
    folder = leave_keys(tmp_path)

    assert list(folder.iterdir()) == []


def test_what_a_killed_engine_left_is_removed(tmp_path: Path) -> None:
    folder = leave_keys(tmp_path)
    # As one that was killed in the moment between making a file and taking its name away.
    (folder / "1.sqlite3").write_bytes(b"keys")
    (folder / "2.sqlite3").write_bytes(b"keys")

    remove_abandoned_keys(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_what_no_engine_made_is_left_alone(tmp_path: Path) -> None:
    scratch, elsewhere = tmp_path / "scratch", tmp_path / "elsewhere"
    for folder in (
        scratch / "thesis",
        scratch / "gristmill-keys-of-my-house",
        elsewhere,
    ):
        folder.mkdir(parents=True)
        (folder / "1.sqlite3").write_text("mine")
    (scratch / "thesis.txt").write_text("mine")
    (scratch / "gristmill-keys-abcdefgh").write_text("a file of that name")
    (scratch / "gristmill-keys-12345678").symlink_to(elsewhere)
    before = {path: path.is_file() and path.read_text() for path in tmp_path.rglob("*")}

    remove_abandoned_keys(scratch)

    assert {path: path.is_file() and path.read_text() for path in tmp_path.rglob("*")} == before


def test_what_somebody_put_beside_the_keys_stays(tmp_path: Path) -> None:
    folder = leave_keys(tmp_path)
    (folder / "notes.txt").write_text("mine")

    remove_abandoned_keys(tmp_path)

    assert list(folder.iterdir()) == [folder / "notes.txt"]


def test_the_folder_itself_may_be_a_link_to_another_disk(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "scratch").symlink_to(tmp_path / "disk")
    leave_keys(tmp_path / "scratch")

    remove_abandoned_keys(tmp_path / "scratch")

    assert list((tmp_path / "disk").iterdir()) == []


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailableError, match=str(tmp_path / "gone")):
        remove_abandoned_keys(tmp_path / "gone")
