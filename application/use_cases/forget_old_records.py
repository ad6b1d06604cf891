"""Forgets what nobody will ask for any more."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from domain.retention_policy import RetentionPolicy

DELETE_AT_ONCE = 1000
BATCHES_AT_ONCE = 100
HAPPENINGS_KEPT_FOR = timedelta(days=31)


class ForgetOldRecords:
    """Removes old sent messages, idempotency keys, counts and tombstones from the database."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory, policy: RetentionPolicy) -> None:
        self._units_of_work = units_of_work
        self._policy = policy

    def __call__(self) -> Iterator[int]:
        """Yields how many of a batch were forgotten, until none is old or it was enough.

        Raises DependencyError on a step.
        """
        for _ in range(BATCHES_AT_ONCE):
            # A transaction each, so that uploads need not wait for all that is old.
            with self._units_of_work.for_writing() as work:
                counts = self._forget_some(work, at=work.now())
                work.commit()
            yield sum(counts)
            if max(counts) < DELETE_AT_ONCE:
                return

    def _forget_some(self, work: UnitOfWork, *, at: datetime) -> tuple[int, ...]:
        policy = self._policy
        return (
            work.outbox.delete_sent(before=at - policy.sent_messages, limit=DELETE_AT_ONCE),
            work.idempotency_keys.delete_created(
                before=at - policy.idempotency_keys, limit=DELETE_AT_ONCE
            ),
            work.statistics.forget_happenings(
                before=at - HAPPENINGS_KEPT_FOR, limit=DELETE_AT_ONCE
            ),
            0
            if policy.tombstones is None
            else work.files.delete_tombstones(before=at - policy.tombstones, limit=DELETE_AT_ONCE),
        )
