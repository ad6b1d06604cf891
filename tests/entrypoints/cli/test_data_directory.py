import os
import subprocess
import sys
from pathlib import Path

import pytest

from entrypoints.cli.data_directory import DataDirectoryInUseError, DataDirectoryLock


def test_a_second_holder_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    with (
        DataDirectoryLock(tmp_path, patience_seconds=0),
        pytest.raises(DataDirectoryInUseError, match=f"{tmp_path} .*process {os.getpid()}"),
        DataDirectoryLock(tmp_path, patience_seconds=0),
    ):
        pass


def test_the_directory_is_free_again_when_its_holder_leaves(tmp_path: Path) -> None:
    with DataDirectoryLock(tmp_path / "new", patience_seconds=0):
        pass

    with DataDirectoryLock(tmp_path / "new", patience_seconds=0):
        pass


def test_a_child_that_inherited_the_lock_holds_it_on(tmp_path: Path) -> None:
    with DataDirectoryLock(tmp_path, patience_seconds=0) as lock:
        child = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[lock.descriptor]
        )

    with pytest.raises(DataDirectoryInUseError), DataDirectoryLock(tmp_path, patience_seconds=0):
        pass
    child.communicate(b"\n")
    with DataDirectoryLock(tmp_path, patience_seconds=0):
        pass


def test_a_lock_that_becomes_free_soon_is_waited_for(tmp_path: Path) -> None:
    with DataDirectoryLock(tmp_path, patience_seconds=0) as lock:
        child = subprocess.Popen(
            [sys.executable, "-c", "import threading; threading.Event().wait(0.3)"],
            pass_fds=[lock.descriptor],
        )

    with DataDirectoryLock(tmp_path, patience_seconds=30):
        assert child.wait(10) == 0
