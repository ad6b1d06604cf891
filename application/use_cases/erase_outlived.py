"""Erases finished files that were kept long enough."""

from collections.abc import Iterator
from uuid import UUID

from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.erased_file import erase_file
from domain.erasure import ErasedBy
from domain.retention_policy import RetentionPolicy

ERASE_AT_ONCE = 1000


class EraseOutlived:
    """Erases as a user's deletion would; their bytes are then due to be removed.

    No more than ERASE_AT_ONCE a round, so that a retention that was set on a full house does
    not keep the round from its other repairs for hours.
    """

    def __init__(self, *, units_of_work: UnitOfWorkFactory, policy: RetentionPolicy) -> None:
        self._units_of_work = units_of_work
        self._policy = policy

    def __call__(self) -> Iterator[UUID]:
        """Yields each file that was erased, the longest finished first.

        Raises DependencyError on a step.
        """
        for file_id in self._outlived():
            if self._erase(file_id):
                yield file_id

    def _outlived(self) -> list[UUID]:
        with self._units_of_work.for_reading() as work:
            moment = self._policy.finished_before(work.now())
            if moment is None:
                return []
            found = work.files.finished_before(moment, limit=ERASE_AT_ONCE)
        return [state.id for state in found]

    def _erase(self, file_id: UUID) -> bool:
        """False when it has begun anew meanwhile, or somebody else has erased it."""
        # A transaction each: no user waits for more than one of them.
        with self._units_of_work.for_writing() as work:
            file = work.files.lock_for_worker(file_id)
            if not self._policy.has_run_out(file.state, at=work.now()):
                return False
            erase_file(file, work, by=ErasedBy.RETENTION)
            work.commit()
        return True
