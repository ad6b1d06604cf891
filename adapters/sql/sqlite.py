"""SQLite: one file, one writer at a time, no clock of its own."""

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.exc import DisconnectionError

from adapters.sql.options import HAS_SERVER, HAS_SERVER_TIME, WRITES

_WAIT_SECONDS = 5
_SWITCH_TRIES = 10


def create_engine(url: URL, *, threads: int, wait_seconds: float | None) -> Engine:
    """An engine on the file that `url` names."""
    patience = _WAIT_SECONDS if wait_seconds is None else wait_seconds
    engine = sqlalchemy.create_engine(
        url,
        connect_args={"timeout": patience},
        pool_size=threads,
        max_overflow=0,
        pool_timeout=patience,
        pool_use_lifo=True,
        hide_parameters=True,  # file names and metadata do not belong into logs
        execution_options={HAS_SERVER: False, HAS_SERVER_TIME: False},
    )
    event.listen(engine, "do_connect", _open_what_exists)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "checkout", _check_file_is_in_place)
    event.listen(engine, "begin", _begin)
    return engine


def _open_what_exists(
    _dialect: Any, _record: Any, arguments: list[Any], options: dict[str, Any]
) -> None:
    """Lets SQLite refuse a path without a file.

    By default it makes a new database there, and throws away the log that it finds beside
    it: with the old file back in its place, the commits that stood in there alone are lost.
    """
    path = arguments[0]
    if path != ":memory:" and not options.get("uri"):
        arguments[0] = f"{Path(path).absolute().as_uri()}?mode=rw"
        options["uri"] = True


def _prepare(connection: Any, record: Any) -> None:
    # The driver's own idea of transactions begins them too late and only before some
    # statements; with None it leaves BEGIN to `_begin`.
    connection.isolation_level = None
    _use_write_ahead_log(connection)
    # Without FULL, WAL forgets the last commits in a power cut.
    connection.execute("PRAGMA synchronous = FULL")
    # On macOS alone a plain fsync stops short of the disk; elsewhere this changes nothing.
    connection.execute("PRAGMA fullfsync = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    # Deleted text is overwritten, also on pages that become free (where FAST leaves it);
    # some builds of SQLite do so by themselves.
    connection.execute("PRAGMA secure_delete = ON")
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    record.info["file"] = (path, _identity(path)) if path else None


def _use_write_ahead_log(connection: Any) -> None:
    """Switches a new database over; the first of several processes does it for all.

    SQLite waits for no lock here but fails at once, so the wait is for a write transaction
    that does nothing, after which the switch is tried again.
    """
    for _ in range(_SWITCH_TRIES):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
        else:
            return
    raise sqlite3.OperationalError("others kept the new database locked")


def _check_file_is_in_place(_connection: Any, record: Any, _proxy: Any) -> None:
    """Refuses a connection to a file that was deleted or replaced since.

    SQLite in WAL mode goes on writing to the vanished file, and those commits are lost with
    it. The pool answers by opening the path anew.
    """
    if record.info["file"] is None:
        return
    path, identity = record.info["file"]
    if _identity(path) != identity:
        raise DisconnectionError(f"{path} was deleted or replaced")


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _begin(connection: Connection) -> None:
    # A deferred transaction that reads first and writes later gets "database is locked" at
    # once, whatever the timeout, when somebody else wrote in between: so all that may write
    # queue up at their beginning, where SQLite does wait.
    is_writing = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
