"""Connections to the database, and how its transactions begin."""

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.exc import DisconnectionError

from application.errors import ConfigurationError

_WRITES = "gristmill_writes"
_SWITCH_TRIES = 10


def create_engine(url: str, *, threads: int = 32, wait_seconds: float = 5) -> Engine:
    """An engine for `threads` threads at once, whose commits survive a power cut.

    A transaction waits at most `wait_seconds` for the write lock, a thread as long for a
    free connection. Lazy: nothing is opened before the first transaction. Raises
    ConfigurationError for a database that is not supported.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise ConfigurationError(
            "database", f'"{parsed.get_backend_name()}" is not supported, only "sqlite" is'
        )
    engine = sqlalchemy.create_engine(
        parsed,
        connect_args={"timeout": wait_seconds},
        pool_size=threads,
        max_overflow=0,
        pool_timeout=wait_seconds,
        pool_use_lifo=True,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "checkout", _check_file_is_in_place)
    event.listen(engine, "begin", _begin)
    return engine


def for_writing(engine: Engine) -> Engine:
    """The same engine and pool, with transactions that hold the write lock from the start."""
    return engine.execution_options(**{_WRITES: True})


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
    is_writing = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
