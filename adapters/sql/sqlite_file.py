"""Where a database of SQLite begins."""

from pathlib import Path

from application.errors import DatabaseUnavailableError

_MODE = 0o644


def make_database_file(path: Path) -> None:
    """Makes the empty file that is to become the database, where there is none yet.

    Raises DatabaseUnavailableError when it cannot be made, and when the log of a database
    that is gone lies beside it: what was committed there is lost once another one begins.
    """
    log = path.with_name(f"{path.name}-wal")
    try:
        if path.exists():
            return
        if log.exists() and log.stat().st_size > 0:
            raise DatabaseUnavailableError(
                f"it is gone, but its last commits are still in {log.name}: put it back,"
                " or remove that file too"
            )
        path.touch(mode=_MODE)
    except OSError as error:
        raise DatabaseUnavailableError(error.strerror or str(error)) from error
