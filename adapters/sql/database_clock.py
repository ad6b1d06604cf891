"""The database's time."""

from datetime import datetime

from adapters.sql.sql_transaction import SqlTransaction
from application.ports.clock import Clock


class DatabaseClock:
    """Reads the clock that everything stored goes by.

    SQLite has none of its own: it lives in our process, on one machine, whose clock is the
    injected one. A database with a server is asked for its own time within `transaction`.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self, transaction: SqlTransaction) -> datetime:
        """The time, aware and in UTC."""
        del transaction  # only a server has to be asked
        return self._clock.now()
