"""Rounds that one machine at a time is in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Connection, Engine, func, select, text

from adapters.sql.engine import has_server
from adapters.sql.errors import database_errors
from application.ports.exclusive_round import RoundLock

LONGEST_ROUND = timedelta(minutes=10)

# A server that does not know the setting yet, before version 14, is left as it is.
_END_WHEN_IDLE = text(
    "SELECT set_config(name, :milliseconds, false) FROM pg_settings"
    " WHERE name = 'idle_session_timeout'"
)


class SqlRoundLock(RoundLock):
    """An advisory lock of PostgreSQL, held by a session of its own.

    The server frees it when the session ends, also by a crash of ours, and after `longest` in
    any case: of a machine that froze or vanished it hears nothing, and would keep all others
    out for as long as its TCP is patient, which is hours. SQLite serves one machine, whose few
    processes may overlap, and lets everybody in.
    """

    def __init__(self, engine: Engine, *, longest: timedelta = LONGEST_ROUND) -> None:
        self._engine = engine
        self._idle_milliseconds = str(round(longest.total_seconds() * 1000))

    @contextmanager
    def attempt(self, name: str) -> Iterator[bool]:
        if not has_server(self._engine):
            yield True
            return
        with database_errors():
            session = self._open_session()
        try:
            yield self._try_lock(session, name)
        finally:
            # To end the session is to leave: no statement that could fail, nothing kept.
            session.close()

    def _open_session(self) -> Connection:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        # Detached, it takes no place in the pool while the round lasts, and is closed for
        # real afterwards. Without a transaction it may idle as long as the round takes.
        connection.detach()
        return connection

    def _try_lock(self, session: Connection, name: str) -> bool:
        with database_errors():
            session.execute(_END_WHEN_IDLE, {"milliseconds": self._idle_milliseconds})
            key = func.hashtextextended(name, 0)
            is_ours: bool = session.scalars(select(func.pg_try_advisory_lock(key))).one()
        return is_ours
