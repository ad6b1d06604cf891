"""Forgets what nobody will ask for any more."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory

KEEP_SENT = timedelta(hours=24)
KEEP_KEYS = timedelta(days=7)
DELETE_AT_ONCE = 1000


class ForgetOldRecords:
    """Removes sent messages and idempotency keys of past days from the database."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory) -> None:
        self._units_of_work = units_of_work

    def __call__(self) -> Iterator[int]:
        """Yields how many were forgotten at once, until none is old. Raises DependencyError."""
        while True:
            # A transaction each, so that uploads need not wait for all that is old.
            with self._units_of_work.for_writing() as work:
                counts = self._forget_some(work, at=work.now())
                work.commit()
            yield sum(counts)
            if max(counts) < DELETE_AT_ONCE:
                return

    def _forget_some(self, work: UnitOfWork, *, at: datetime) -> tuple[int, ...]:
        return (
            work.outbox.delete_sent(before=at - KEEP_SENT, limit=DELETE_AT_ONCE),
            work.idempotency_keys.delete_created(before=at - KEEP_KEYS, limit=DELETE_AT_ONCE),
        )
