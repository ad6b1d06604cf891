"""Whether somebody holds a data directory, without taking it from anybody."""

import fcntl
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from entrypoints.cli.data_directory import LOCK_NAME
from entrypoints.cli.lock_holders import holders


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """That the lock is held, and by whom as far as they left a name."""

    by: str


def look_at_lock(data_dir: Path) -> Holding | None:
    """Who holds the data directory at this moment; None when nobody does.

    The look itself takes the lock for as long as it lasts when it is free, which a start
    beside it waits for. Raises OSError for a lock that may not be looked at.
    """
    try:
        lock = (data_dir / LOCK_NAME).open("rb")
    except (FileNotFoundError, NotADirectoryError):
        return None
    with closing(lock):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return Holding(by=" and ".join(holders(lock.fileno())) or "a process without a name")
    return None
