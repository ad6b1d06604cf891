"""How the processes are put together; a planted defect is another way to do one of these things."""

from typing import TYPE_CHECKING

from adapters.memory.unit_of_work import MemoryUnitOfWorkFactory
from adapters.tabular.patterns import Re2PatternMatcher
from application.ports.clock import Clock
from application.ports.exclusive_round import RoundLock
from application.ports.lease_keeper import LeaseKeeper
from application.use_cases.cancel_file import CancelFile
from application.use_cases.check_readiness import CheckReadiness
from application.use_cases.claim_file import ClaimFile
from application.use_cases.collect_garbage import CollectGarbage
from application.use_cases.delete_file import DeleteFile
from application.use_cases.open_content import OpenResult
from application.use_cases.probe_storage import ProbeStorage
from application.use_cases.probe_storage_writes import ProbeStorageWrites
from application.use_cases.process_delivery import ProcessDelivery
from application.use_cases.reconcile import Reconcile
from application.use_cases.redrive_dead_letters import RedriveDeadLetters
from application.use_cases.relay_outbox import RelayOutbox
from application.use_cases.release_held_file import ReleaseHeldFile
from application.use_cases.renew_lease import RenewLease
from application.use_cases.reprocess_file import ReprocessFile
from application.use_cases.settle_attempt import SettleAttempt
from application.use_cases.upload_file import UploadFile
from application.use_cases.watch_dead_letters import WatchDeadLetters
from domain.circuit_breaker import BreakerPolicy
from domain.collection_policy import CollectionPolicy
from domain.retention_policy import RetentionPolicy
from domain.retry_policy import RetryPolicy
from domain.upload_policy import UploadPolicy
from entrypoints.worker.breakers import Breakers
from entrypoints.worker.dependency_gate import DependencyGate
from entrypoints.worker.probes import probes
from tests.simulation.acting_database import ActingUnitsOfWork
from tests.simulation.acting_ports import (
    ActingCollections,
    ActingDeadLetters,
    ActingPublisher,
    ActingQueue,
    ActingRounds,
    ActingStorage,
)
from tests.simulation.clock import ActorClock
from tests.simulation.engine import ObedientChunks
from tests.simulation.lease_actors import ActorLeaseKeeper
from tests.simulation.ports import Ports
from tests.simulation.retention_checks import FILES_LIVE, TOMBSTONES_LIVE
from tests.simulation.scenario import Scenario
from tests.simulation.timings import TIMINGS
from tests.simulation.watched_storage import WatchedStorage

if TYPE_CHECKING:
    from tests.simulation.process import Process
    from tests.simulation.watch import Watch


class Wiring:
    """As `entrypoints/container.py` does it."""

    retry_policy = RetryPolicy()
    upload_policy = UploadPolicy(max_bytes=1000)
    collection_policy = CollectionPolicy()

    def storage(self, watch: "Watch", clock: Clock) -> WatchedStorage:
        """The storage that all processes share."""
        return WatchedStorage(watch, clock)

    def ports(self, process: "Process") -> Ports:
        """The ports of that process."""
        world = process.world
        return Ports(
            clock=ActorClock(world.scheduler, skew_seconds=process.skew_seconds),
            units_of_work=ActingUnitsOfWork(
                process,
                MemoryUnitOfWorkFactory(world.database, world.clock, bell=process.ring),
            ),
            storage=ActingStorage(process.calls, world.storage),
            queue=ActingQueue(process, world.queue.of_receiver(process.name)),
            dead_letters=ActingDeadLetters(process, world.dead_letters),
            publisher=ActingPublisher(process, world.publisher),
            engine=ObedientChunks(process, is_mended=lambda: world.is_mended),
        )

    def upload_file(self, process: "Process") -> UploadFile:
        ports = process.ports
        return UploadFile(
            storage=ports.storage,
            units_of_work=ports.units_of_work,
            ids=process.world.ids,
            clock=ports.clock,
            policy=self.upload_policy,
        )

    def cancel_file(self, process: "Process") -> CancelFile:
        return CancelFile(units_of_work=process.ports.units_of_work)

    def reprocess_file(self, process: "Process") -> ReprocessFile:
        return ReprocessFile(units_of_work=process.ports.units_of_work)

    def delete_file(self, process: "Process") -> DeleteFile:
        ports = process.ports
        return DeleteFile(units_of_work=ports.units_of_work, storage=ports.storage)

    def open_result(self, process: "Process") -> OpenResult:
        ports = process.ports
        return OpenResult(units_of_work=ports.units_of_work, storage=ports.storage)

    def relay_outbox(self, process: "Process") -> RelayOutbox:
        ports = process.ports
        return RelayOutbox(
            units_of_work=ports.units_of_work, publisher=ports.publisher, owner=process.name
        )

    def claim_file(self, process: "Process") -> ClaimFile:
        return ClaimFile(
            units_of_work=process.ports.units_of_work,
            retry_policy=self.retry_policy,
            lease=TIMINGS.lease,
            worker=process.name,
        )

    def settle_attempt(self, process: "Process") -> SettleAttempt:
        return SettleAttempt(
            units_of_work=process.ports.units_of_work,
            retry_policy=self.retry_policy,
            randomness=process.world.randomness,
            clock=process.ports.clock,
        )

    def renew_lease(self, process: "Process") -> RenewLease:
        return RenewLease(
            units_of_work=process.ports.units_of_work,
            queue=process.ports.queue,
            lease=TIMINGS.lease,
            visibility=TIMINGS.visibility,
        )

    def release_held_file(self, process: "Process") -> ReleaseHeldFile:
        return ReleaseHeldFile(
            settle_attempt=self.settle_attempt(process), queue=process.ports.queue
        )

    def lease_keeper(self, process: "Process") -> LeaseKeeper:
        return ActorLeaseKeeper(process, self.renew_lease(process))

    def process_delivery(self, process: "Process") -> ProcessDelivery:
        ports = process.ports
        return ProcessDelivery(
            claim_file=self.claim_file(process),
            settle_attempt=self.settle_attempt(process),
            units_of_work=ports.units_of_work,
            storage=ports.storage,
            engine=ports.engine,
            queue=ports.queue,
            lease_keeper=self.lease_keeper(process),
            clock=ports.clock,
            patterns=Re2PatternMatcher(),
            attempt_limit=process.world.scenario.attempt_limit,
        )

    def watch_dead_letters(self, process: "Process") -> WatchDeadLetters:
        ports = process.ports
        return WatchDeadLetters(
            units_of_work=ports.units_of_work,
            dead_letters=ports.dead_letters,
            retry_policy=self.retry_policy,
        )

    def redrive_dead_letters(self, process: "Process") -> RedriveDeadLetters:
        return RedriveDeadLetters(units_of_work=process.ports.units_of_work)

    def breakers(self, process: "Process") -> Breakers:
        return Breakers(policy=BreakerPolicy(), clock=process.ports.clock)

    def gate(self, process: "Process", breakers: Breakers) -> DependencyGate:
        ports = process.ports
        return DependencyGate(
            breakers,
            probes(
                check_readiness=CheckReadiness(units_of_work=ports.units_of_work),
                probe_storage=ProbeStorage(storage=ports.storage),
                probe_storage_writes=ProbeStorageWrites(storage=ports.storage),
                queue=ports.queue,
            ),
        )

    def reconcile(self, process: "Process") -> Reconcile:
        ports = process.ports
        return Reconcile(
            units_of_work=ports.units_of_work,
            queue=ports.queue,
            storage=ports.storage,
            rounds=self.rounds(process),
            retention=self.retention(process.world.scenario),
        )

    def retention(self, scenario: Scenario) -> RetentionPolicy:
        """How long things are kept; for ever, where nobody has said otherwise."""
        if not scenario.has_retention:
            return RetentionPolicy()
        return RetentionPolicy(finished_files=FILES_LIVE, tombstones=TOMBSTONES_LIVE)

    def rounds(self, process: "Process") -> RoundLock:
        return ActingRounds(process.calls, process.world)

    def collect_garbage(self, process: "Process") -> CollectGarbage:
        ports = process.ports
        return CollectGarbage(
            units_of_work=ports.units_of_work,
            storage=ports.storage,
            rounds=self.rounds(process),
            collections=ActingCollections(process.calls, process.world.collections),
            ids=process.world.ids,
            policy=self.collection_policy,
        )
