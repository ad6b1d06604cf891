"""The data directory's lock: one `gristmill up` at a time."""

import fcntl
import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from entrypoints.cli.start_error import StartError

LOCK_NAME = "gristmill.lock"
LOOK_EVERY_SECONDS = 0.05


class DataDirectoryInUseError(StartError):
    """Another process holds the data directory."""

    def __init__(self, path: Path, *, holder: str) -> None:
        super().__init__(
            f"the data directory {path} is in use by another gristmill up (process {holder}); "
            "stop that one, or choose another directory with --data-dir"
        )
        self.path = path


class DataDirectoryLock:
    """Held from entering to leaving, and for as long as any child that inherited it lives.

    So whoever gets it knows that nobody is left at work on the directory: not even a child
    whose parent was killed.
    """

    def __init__(self, path: Path, *, patience_seconds: float) -> None:
        self._path = path
        self._patience_seconds = patience_seconds
        self._descriptor = -1

    @property
    def descriptor(self) -> int:
        """What children inherit."""
        return self._descriptor

    def __enter__(self) -> Self:
        """Takes the lock, making the directory if need be.

        Waits `patience_seconds` for the children of a killed parent, which are about to end.
        Raises DataDirectoryInUseError.
        """
        self._path.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(self._path / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o644)
        if not self._take():
            holder = os.pread(self._descriptor, 20, 0).decode() or "unknown"
            os.close(self._descriptor)
            raise DataDirectoryInUseError(self._path, holder=holder)
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, str(os.getpid()).encode(), 0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def _take(self) -> bool:
        never = threading.Event()
        for _ in range(round(self._patience_seconds / LOOK_EVERY_SECONDS) + 1):
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                never.wait(LOOK_EVERY_SECONDS)
            else:
                return True
        return False
