import multiprocessing
import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext, SpawnContext
from pathlib import Path

import pytest

from entrypoints.cli.data_directory import (
    LOCK_NAME,
    DataDirectoryInUseError,
    DataDirectoryLock,
    UnusableDataDirectoryError,
    hold_data_directory,
)
from entrypoints.settings import Profile, Settings


def lone(path: Path, command: str = "worker") -> DataDirectoryLock:
    """The lock of a process that was started alone."""
    return DataDirectoryLock(path, command, patience_seconds=0, is_shared=True)


def whole(path: Path) -> DataDirectoryLock:
    """The lock of a service that wants the directory for itself."""
    return DataDirectoryLock(path, "up", patience_seconds=0)


def test_a_second_holder_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    with (
        whole(tmp_path),
        pytest.raises(DataDirectoryInUseError, match=f"{tmp_path} .*process {os.getpid()}"),
        whole(tmp_path),
    ):
        pass


def test_the_directory_is_free_again_when_its_holder_leaves(tmp_path: Path) -> None:
    with whole(tmp_path / "new"):
        pass

    with whole(tmp_path / "new"):
        pass


def test_a_child_that_inherited_the_lock_holds_it_on(tmp_path: Path) -> None:
    with whole(tmp_path) as lock:
        child = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[lock.descriptor]
        )

    with pytest.raises(DataDirectoryInUseError), whole(tmp_path):
        pass
    child.communicate(b"\n")
    with whole(tmp_path):
        pass


def test_a_lock_that_becomes_free_soon_is_waited_for(tmp_path: Path) -> None:
    with whole(tmp_path) as lock:
        child = subprocess.Popen(
            [sys.executable, "-c", "import threading; threading.Event().wait(0.3)"],
            pass_fds=[lock.descriptor],
        )

    with DataDirectoryLock(tmp_path, "up", patience_seconds=30):
        assert child.wait(10) == 0


def test_processes_started_alone_go_together(tmp_path: Path) -> None:
    with lone(tmp_path), lone(tmp_path, "api"):
        pass


def test_a_service_is_refused_beside_processes_started_alone_and_told_their_names(
    tmp_path: Path,
) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        (tmp_path / LOCK_NAME).write_text(f"{other.pid} api\n")
        with lone(tmp_path), pytest.raises(DataDirectoryInUseError) as refusal, whole(tmp_path):
            pass
        other.communicate(b"\n")

    message = str(refusal.value)
    assert f"by gristmill api (process {other.pid}) and" in message
    assert f"and gristmill worker (process {os.getpid()}); stop them" in message


def test_a_process_started_alone_is_refused_beside_a_service(tmp_path: Path) -> None:
    with (
        whole(tmp_path),
        pytest.raises(DataDirectoryInUseError, match=rf"gristmill up \(process {os.getpid()}\)"),
        lone(tmp_path),
    ):
        pass


@pytest.mark.parametrize(
    "note", [b"", b"what a crash left", b"\xff\xfe 3", b"4194305 up\n", b"9" * 99 + b" up\n"]
)
def test_a_holder_that_left_no_name_is_still_a_holder(tmp_path: Path, note: bytes) -> None:
    with whole(tmp_path):
        (tmp_path / LOCK_NAME).write_bytes(note)

        with pytest.raises(DataDirectoryInUseError, match="a process that left no name"):
            lone(tmp_path).take()


def report_and_wait(lock: DataDirectoryLock, pipe: Connection) -> None:
    del lock
    pipe.send("held")
    pipe.recv()


@pytest.mark.parametrize(
    "context", [multiprocessing.get_context("fork"), multiprocessing.get_context("spawn")]
)
@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_a_server_process_holds_the_lock_however_it_is_started(
    tmp_path: Path, context: ForkContext | SpawnContext
) -> None:
    ours, theirs = multiprocessing.Pipe()
    with lone(tmp_path) as lock:
        # As granian starts the process that answers requests.
        child = context.Process(target=report_and_wait, args=(lock, theirs))
        child.start()
        assert ours.recv() == "held"

    with pytest.raises(DataDirectoryInUseError):
        whole(tmp_path).take()
    ours.send("end")
    child.join(30)
    with whole(tmp_path):
        pass


def test_what_a_parent_holds_is_enough_for_its_child(tmp_path: Path) -> None:
    settings = replace(Settings.from_environment(), data_dir=tmp_path)
    with whole(tmp_path) as lock:
        held = hold_data_directory(settings, "worker", inherited=lock.descriptor)

        assert held is not None
        assert held.descriptor == lock.descriptor


def test_only_data_in_a_directory_needs_its_lock(tmp_path: Path) -> None:
    settings = replace(
        Settings.from_environment(), data_dir=tmp_path / "none", profile=Profile.MEMORY
    )

    assert hold_data_directory(settings, "worker") is None
    assert hold_data_directory(settings, "migrate", alone=True) is None
    assert not settings.data_dir.exists()


def test_a_process_started_alone_makes_no_directory(tmp_path: Path) -> None:
    with pytest.raises(UnusableDataDirectoryError, match="there is none; gristmill migrate"):
        lone(tmp_path / "typo").take()

    assert not (tmp_path / "typo").exists()


@pytest.mark.parametrize("below", ["file", "file/folder"])
def test_a_file_in_the_way_is_told(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").touch()

    with ExitStack() as stack, pytest.raises(UnusableDataDirectoryError) as refusal:
        stack.enter_context(whole(tmp_path / below))

    assert str(refusal.value).endswith(f"{tmp_path / below} cannot be used: a file is in its place")


def test_a_lock_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / LOCK_NAME).mkdir()

    with pytest.raises(UnusableDataDirectoryError, match="cannot be used: Is a directory"):
        whole(tmp_path).take()
