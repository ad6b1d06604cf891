"""The data directory's lock: one `gristmill up`, or any number of processes started alone."""

import fcntl
import os
import threading
from collections.abc import Sequence
from multiprocessing.reduction import DupFd
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from entrypoints.cli.listening import ORPHAN_SECONDS
from entrypoints.cli.lock_holders import holders, leave_name
from entrypoints.cli.start_error import StartError
from entrypoints.settings import Profile, Settings

LOCK_NAME = "gristmill.lock"
LOOK_EVERY_SECONDS = 0.05


class DataDirectoryInUseError(StartError):
    """Others hold the data directory."""

    def __init__(self, path: Path, *, by: Sequence[str]) -> None:
        super().__init__(
            f"the data directory {path} is in use by "
            f"{' and '.join(by) or 'a process that left no name'}; stop "
            f"{'them' if len(by) > 1 else 'it'}, or choose another directory with --data-dir"
        )
        self.path = path


class UnusableDataDirectoryError(StartError):
    """The data directory is not there and cannot be made, or is not for us to use."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"the data directory {path} cannot be used: {reason}")
        self.path = path


class DataDirectoryLock:
    """Held from `take` to `release`, and for as long as any child that inherited it lives.

    So whoever gets it knows that nobody is left at work on the directory: not even a child
    whose parent was killed. With `is_shared` it goes together with others of its kind.
    `command` is what those are told who do not get it. Pickled for a child that is spawned, it
    is inherited by that child.
    """

    def __init__(
        self, path: Path, command: str, *, patience_seconds: float, is_shared: bool = False
    ) -> None:
        self._path = path
        self._command = command
        self._patience_seconds = patience_seconds
        self._is_shared = is_shared
        self._descriptor = -1

    @classmethod
    def inherited(cls, path: Path, command: str, *, descriptor: int) -> Self:
        """The lock that a parent has taken and passed on."""
        lock = cls(path, command, patience_seconds=0)
        lock._descriptor = descriptor
        return lock

    @property
    def descriptor(self) -> int:
        """What children inherit."""
        return self._descriptor

    def take(self) -> None:
        """Takes the lock; unless it is shared, it makes the directory if need be.

        Waits `patience_seconds` for the children of a killed parent, which are about to end.
        Raises DataDirectoryInUseError, UnusableDataDirectoryError.
        """
        try:
            if not self._is_shared:
                self._path.mkdir(parents=True, exist_ok=True)
            lock_file = self._path / LOCK_NAME
            self._descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT, 0o644)
            is_taken = self._wait()
        except OSError as error:
            raise UnusableDataDirectoryError(self._path, _reason(error)) from error
        if not is_taken:
            found = holders(self._descriptor)
            self.release()
            raise DataDirectoryInUseError(self._path, by=found)
        leave_name(self._descriptor, self._command, beside_others=self._is_shared)

    def release(self) -> None:
        """Gives it up; whoever inherited it holds it on."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        self.take()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()

    def __reduce__(self) -> tuple[Any, ...]:
        return _in_spawned_child, (self._path, self._command, DupFd(self._descriptor))

    def _wait(self) -> bool:
        kind = fcntl.LOCK_SH if self._is_shared else fcntl.LOCK_EX
        never = threading.Event()
        for _ in range(round(self._patience_seconds / LOOK_EVERY_SECONDS) + 1):
            try:
                fcntl.flock(self._descriptor, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                never.wait(LOOK_EVERY_SECONDS)
            else:
                return True
        return False


def hold_data_directory(
    settings: Settings, command: str, *, alone: bool = False, inherited: int | None = None
) -> DataDirectoryLock | None:
    """Keeps `gristmill up` away until this process and its children have ended.

    With `alone`, everybody. None for profiles whose data is not in a directory. `inherited` is
    the descriptor of the parent's lock, which then is enough. Raises DataDirectoryInUseError,
    UnusableDataDirectoryError.
    """
    if settings.profile is not Profile.EMBEDDED:
        return None
    if inherited is not None:
        return DataDirectoryLock.inherited(settings.data_dir, command, descriptor=inherited)
    lock = DataDirectoryLock(
        settings.data_dir, command, patience_seconds=ORPHAN_SECONDS, is_shared=not alone
    )
    lock.take()
    return lock


def _in_spawned_child(path: Path, command: str, duplicate: Any) -> DataDirectoryLock:
    return DataDirectoryLock.inherited(path, command, descriptor=duplicate.detach())


def _reason(error: OSError) -> str:
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "a file is in its place"
    if isinstance(error, FileNotFoundError):
        return "there is none; gristmill migrate makes it"
    return error.strerror or type(error).__name__
