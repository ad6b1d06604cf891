"""What the family asks of an engine, in terms that hold for each."""

from typing import Protocol

from sqlalchemy import URL, Engine

WRITES = "gristmill_writes"
"""The transaction may write."""

SWEEPS = "gristmill_sweeps"
"""The transaction tidies up, nobody waits for it, and its statements may take longer."""

TAKES_LONG = "gristmill_takes_long"
"""The transaction's statements take as long as they take."""

HAS_SERVER = "gristmill_has_server"
"""A server owns the database, and several machines may use it."""

HAS_SERVER_TIME = "gristmill_has_server_time"
"""The time is asked of the server, whose clock is the same for all of its clients."""


class EngineMaker(Protocol):
    """What the modules of the engines offer."""

    def __call__(self, url: URL, *, threads: int, wait_seconds: float | None) -> Engine:
        """See `adapters.sql.engine.create_engine`."""
