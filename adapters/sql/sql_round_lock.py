"""Rounds that one machine at a time is in."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, func, select

from adapters.sql.engine import has_server
from adapters.sql.errors import database_errors
from application.ports.exclusive_round import RoundLock


class SqlRoundLock(RoundLock):
    """An advisory lock of PostgreSQL, held by a session of its own.

    The server frees it when the session ends, also by a crash of ours. SQLite serves one
    machine, whose few processes may overlap, and lets everybody in.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def attempt(self, name: str) -> Iterator[bool]:
        if not has_server(self._engine):
            yield True
            return
        with database_errors():
            session = self._open_session()
        try:
            yield _try_lock(session, name)
        finally:
            # To end the session is to leave: no statement that could fail, nothing kept.
            session.close()

    def _open_session(self) -> Connection:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        # Detached, it takes no place in the pool while the round lasts, and is closed for
        # real afterwards. Without a transaction it may idle as long as the round takes.
        connection.detach()
        return connection


def _try_lock(session: Connection, name: str) -> bool:
    with database_errors():
        key = func.hashtextextended(name, 0)
        is_ours: bool = session.scalars(select(func.pg_try_advisory_lock(key))).one()
    return is_ours
