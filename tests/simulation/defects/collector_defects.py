"""Defects of what tidies up."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from adapters.memory.round_lock import MemoryRoundLock
from application.ports.exclusive_round import RoundLock
from application.ports.file_repository import FileRepository
from application.use_cases.collect_garbage import CollectGarbage
from domain.collection_policy import CollectionPolicy
from domain.file_state import FileState
from domain.retention_policy import RetentionPolicy
from tests.simulation.acting_ports import ActingCollections, ActingRounds
from tests.simulation.actors import Actor
from tests.simulation.defects.changed import changed
from tests.simulation.retention_checks import FILES_LIVE
from tests.simulation.scenario import Scenario
from tests.simulation.wiring import Wiring
from tests.wrapped_database import WrappedUnitOfWork, WrappedUnitsOfWork

if TYPE_CHECKING:
    from tests.simulation.process import Process


class _Careless(CollectionPolicy):
    def __post_init__(self) -> None:
        """Takes any age."""


class CollectorWithoutAgeGuard(Wiring):
    """What no record names is removed, however young it is."""

    collection_policy = _Careless(min_age=timedelta())


class OldResultsCollectedAtOnce(Wiring):
    """The results of an earlier generation go as soon as there are newer ones."""

    def collect_garbage(self, process: "Process") -> CollectGarbage:
        ports = process.ports
        return CollectGarbage(
            units_of_work=WrappedUnitsOfWork(ports.units_of_work, _LongAgo),
            storage=ports.storage,
            rounds=MemoryRoundLock(),
            collections=ActingCollections(process.calls, process.world.collections),
            ids=process.world.ids,
            policy=self.collection_policy,
        )


class _LongAgo(WrappedUnitOfWork):
    """Every file has ended a year ago."""

    @property
    def files(self) -> FileRepository:
        right = self.work.files

        def find_all(file_ids: Collection[UUID]) -> list[FileState]:
            return [
                replace(state, processed_at=state.processed_at - timedelta(days=365))
                if state.processed_at
                else state
                for state in right.find_all(file_ids)
            ]

        return changed(right, find_all=find_all)


class RoundsAreNeverTakenBack(Wiring):
    """Who died in a round is in it for ever."""

    def rounds(self, process: "Process") -> RoundLock:
        class Patient(ActingRounds):
            def _is_held(self, holder: Actor, since: float) -> bool:
                return True

        return Patient(process.calls, process.world)


class _Forgetful(RetentionPolicy):
    def __post_init__(self) -> None:
        """Takes any time."""


class KeysForgottenTooSoon(Wiring):
    """An idempotency key lives for an hour."""

    def retention(self, scenario: Scenario) -> RetentionPolicy:
        return replace(super().retention(scenario), idempotency_keys=timedelta(hours=1))


class TombstonesForgottenTooSoon(Wiring):
    """Of a file that was deleted nothing is known a day later."""

    def retention(self, scenario: Scenario) -> RetentionPolicy:
        return _Forgetful(finished_files=FILES_LIVE, tombstones=timedelta(days=1))


class FilesErasedTooSoon(Wiring):
    """Files go after a day, although they are to be kept."""

    def retention(self, scenario: Scenario) -> RetentionPolicy:
        return replace(super().retention(scenario), finished_files=timedelta(days=1))
