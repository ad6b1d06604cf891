"""Mends what no other part can: lost messages, broken deletions, things kept long enough."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from application.errors import DependencyError
from application.ports.exclusive_round import RoundLock
from application.ports.file_storage import FileStorage
from application.ports.message_queue import MessageQueue
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases import (
    erase_outlived,
    finish_erasures,
    forget_old_records,
    republish_stranded,
)
from application.use_cases.erase_outlived import EraseOutlived
from application.use_cases.finish_erasures import FinishErasures
from application.use_cases.forget_old_records import ForgetOldRecords
from application.use_cases.republish_stranded import Republication, RepublishStranded
from domain.retention_policy import RetentionPolicy

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairs:
    """What one round mended; in a healthy week there are no `republications`.

    `forgotten` counts records that had grown old; `outlived_files` were erased because they had;
    of `emptied_files`, erased ones, the bytes were removed, for the first or the last time.
    `has_more` when a repair stopped because it was enough for one round. `failure` is the
    first that kept something from being mended.
    """

    republications: Sequence[Republication] = ()
    forgotten: int = 0
    outlived_files: Sequence[UUID] = ()
    emptied_files: Sequence[UUID] = ()
    has_more: bool = False
    failure: DependencyError | None = None

    @property
    def republished(self) -> int:
        """How many files were told of once again."""
        return len(self.republications)

    @property
    def outlived(self) -> int:
        """How many files were erased because they had been kept long enough."""
        return len(self.outlived_files)

    @property
    def removals(self) -> int:
        """Of how many erased files the bytes were removed."""
        return len(self.emptied_files)


class Reconcile:
    """One round over all files; harmless when several run at once, and when one dies."""

    def __init__(
        self,
        *,
        units_of_work: UnitOfWorkFactory,
        queue: MessageQueue,
        storage: FileStorage,
        rounds: RoundLock,
        retention: RetentionPolicy,
    ) -> None:
        self._rounds = rounds
        self._republish_stranded = RepublishStranded(units_of_work=units_of_work, queue=queue)
        self._forget_old_records = ForgetOldRecords(units_of_work=units_of_work, policy=retention)
        self._erase_outlived = EraseOutlived(units_of_work=units_of_work, policy=retention)
        self._finish_erasures = FinishErasures(units_of_work=units_of_work, storage=storage)

    def __call__(self) -> Repairs:
        """What was mended: nothing, while another process is at it.

        A repair that fails keeps none of another kind from being made, and what was mended
        before is told all the same. Raises DatabaseUnavailableError when nothing was begun.
        """
        with self._rounds.attempt("reconcile") as is_ours:
            if not is_ours:
                return Repairs()
            return self._mend()

    def _mend(self) -> Repairs:
        failures: list[DependencyError] = []
        republications = _done(self._republish_stranded(), failures)
        forgotten = _done(self._forget_old_records(), failures)
        outlived = _done(self._erase_outlived(), failures)
        # After those that have just been erased are due for it.
        removals = _done(self._finish_erasures(), failures)
        return Repairs(
            republications=republications,
            forgotten=sum(forgotten),
            outlived_files=outlived,
            emptied_files=removals,
            has_more=len(republications)
            >= republish_stranded.PAGES_AT_ONCE * republish_stranded.PAGE
            or len(forgotten) >= forget_old_records.BATCHES_AT_ONCE
            or len(outlived) >= erase_outlived.ERASE_AT_ONCE
            or len(removals) >= finish_erasures.REMOVE_AT_ONCE,
            failure=next(iter(failures), None),
        )


def _done(step: Iterable[Done], failures: list[DependencyError]) -> Sequence[Done]:
    """What the step came to until it ended, or until it failed."""
    done: list[Done] = []
    try:
        for one in step:
            done.append(one)
    except DependencyError as error:
        failures.append(error)
    return done
