"""The database's time."""

from datetime import datetime

from sqlalchemy import func, select

from adapters.sql.sql_transaction import SqlTransaction
from adapters.sql.utc_date_time import UtcDateTime
from application.ports.clock import Clock


class DatabaseClock:
    """Reads the clock that everything stored goes by.

    SQLite has none of its own: it lives in our process, on one machine, whose clock is the
    injected one. A server is asked within `transaction`, so that all machines go by one clock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self, transaction: SqlTransaction) -> datetime:
        """The time, aware and in UTC.

        The moment of the question, not of the transaction's beginning: who waited for a
        file's lock must not date a move before the one that it waited for.
        """
        if not transaction.has_server_time:
            return self._clock.now()
        now: datetime = transaction.rows(select(func.clock_timestamp(type_=UtcDateTime)))[0][0]
        return now
