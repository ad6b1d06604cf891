"""Connections to the database, on whichever engine it is.

What an engine wants done in its own way stands in the module of its name, `sqlite` or
`postgresql`; both obey the options below, and the rest of the family knows only those.
"""

import re
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError

from adapters.sql.options import (
    HAS_SERVER,
    HAS_SERVER_TIME,
    SWEEPS,
    TAKES_LONG,
    WRITES,
    EngineMaker,
)
from application.errors import ConfigurationError

# Imported when chosen: the driver of one engine need not be installed for the other.
_MODULES = MappingProxyType(
    {"sqlite": "adapters.sql.sqlite", "postgresql": "adapters.sql.postgresql"}
)

_SECOND_AT = re.compile(r"://[^@?]*@(?:[^?]*|[^?]*\?[^=@]*)@")
"""An @ after the one before the host, but for those in the values of options."""


def create_engine(
    place: str | Path, *, threads: int = 32, wait_seconds: float | None = None
) -> Engine:
    """An engine for `threads` threads at once, whose commits survive a power cut.

    `place` is a URL, or the file of a SQLite database, which must be there: an engine never
    makes one, for where it vanished that would bury what can still come back.

    A transaction waits at most `wait_seconds` for a lock, a thread as long for a free
    connection: by default 5 s on SQLite, which has one lock for all writers, and 2 s on
    PostgreSQL. Lazy: nothing is opened before the first transaction. Raises
    ConfigurationError for a database that is not supported, and for a URL that cannot be meant.
    """
    parsed = _parsed(place)
    backend = parsed.get_backend_name()
    if backend not in _MODULES:
        raise ConfigurationError(
            "database", f'"{backend}" is not supported, only "sqlite" and "postgresql" are'
        )
    make: EngineMaker = import_module(_MODULES[backend]).create_engine
    try:
        return make(parsed, threads=threads, wait_seconds=wait_seconds)
    except ArgumentError:
        raise _unreadable() from None


def create_shared_engine(url: str, *, threads: int) -> Engine:
    """The same, for a database that several machines can share.

    Raises ConfigurationError also for one that is a file of this machine.
    """
    engine = create_engine(url, threads=threads)
    if not has_server(engine):
        raise ConfigurationError(
            "database", f'"{engine.dialect.name}" is a file of one machine; "postgresql" is needed'
        )
    return engine


def for_writing(engine: Engine) -> Engine:
    """The same engine and pool, with transactions that may write.

    Its own are for reading: each sees one state of the database to its end.
    """
    return engine.execution_options(**{WRITES: True})


def for_sweeping(engine: Engine) -> Engine:
    """The same engine and pool, for what tidies up: a server gives its statements 30 s."""
    return engine.execution_options(**{SWEEPS: True})


def for_migrating(engine: Engine) -> Engine:
    """The same for writing, with statements that may take as long as they take."""
    return engine.execution_options(**{WRITES: True, TAKES_LONG: True})


def by_process_time(engine: Engine) -> Engine:
    """The same engine and pool, with the process's clock for the database's.

    For tests, which move time by hand; SQLite, which has no clock of its own, always does so.
    """
    return engine.execution_options(**{HAS_SERVER_TIME: False})


def has_server(engine: Engine) -> bool:
    """True when machines share the database, False when it is a file of this one."""
    return bool(engine.get_execution_options()[HAS_SERVER])


def _parsed(place: str | Path) -> URL:
    if isinstance(place, Path):
        # Not as text, in which a question mark would end the path.
        return URL.create("sqlite", database=str(place.absolute()))
    try:
        url = make_url(place)
    except (ArgumentError, ValueError):
        raise _unreadable() from None
    # The host would begin in the password, and be told to whoever reads that it is not found.
    has_second_at = "@" in f"{url.host}{url.database}" or _SECOND_AT.search(place)
    if url.username is not None and has_second_at:
        raise ConfigurationError(
            "database", 'its URL has an "@" too many; one in a password is written %40'
        )
    return url


def _unreadable() -> ConfigurationError:
    """Without the text, and raised without the cause that quotes it: it may hold a password."""
    return ConfigurationError("database", "its URL cannot be understood")
