"""An hour without each dependency in turn, by a clock that is moved by hand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial

import pytest
import structlog

from application.errors import DependencyError
from application.ports.event_publisher import EventPublisher
from application.ports.file_storage import FileStorage
from application.ports.message_queue import Delivery, MessageQueue
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.check_readiness import CheckReadiness
from application.use_cases.probe_storage import ProbeStorage
from application.use_cases.probe_storage_writes import ProbeStorageWrites
from application.use_cases.process_delivery import ProcessDelivery
from application.use_cases.reconcile import Reconcile
from application.use_cases.relay_outbox import RelayOutbox
from application.use_cases.upload_file import UploadDetails, UploadFile
from application.use_cases.watch_dead_letters import WatchDeadLetters
from domain.circuit_breaker import BreakerPolicy
from domain.file_state import FileState
from domain.file_status import FileStatus, Outcome
from entrypoints.pulses import Pulses
from entrypoints.watched.calls import ALL_OF_THE_STORAGE, DEPENDENCY_OF, Dependency
from entrypoints.watched.event_publisher import WatchedEventPublisher
from entrypoints.watched.file_storage import WatchedFileStorage
from entrypoints.watched.message_queue import WatchedMessageQueue
from entrypoints.watched.units_of_work import WatchedUnitsOfWork
from entrypoints.worker.breakers import Breakers
from entrypoints.worker.call_watch import ProcessCallWatch
from entrypoints.worker.contention import KEPT_AT_MOST, Contention
from entrypoints.worker.delivery_worker import DeliveryWorker
from entrypoints.worker.dependency_gate import DependencyGate
from entrypoints.worker.foreign_messages import ForeignMessages
from entrypoints.worker.held_leases import HeldLeases
from entrypoints.worker.probes import probes
from entrypoints.worker.receiver import Receiver
from entrypoints.worker.relaying import Relaying
from entrypoints.worker.slots import Slots
from entrypoints.worker.stop_order import StopOrder
from tests.builders import TENANT
from tests.faults import FaultyUnitsOfWork
from tests.in_memory_container import InMemoryService
from tests.outages import BreakablePublisher, BreakableQueue, BreakableStorage, Outage, RareOutage

HOUR = 3600
TURN_SECONDS = 2
FILES = 12


class InlineSlots(Slots):
    """One slot, whose work is done when it is accepted."""

    def __init__(self, work: Callable[[Delivery], None]) -> None:
        self._work_now = work

    def wait_for_free(self, seconds: float) -> int:
        return 1

    def accept(self, delivery: Delivery) -> None:
        self._work_now(delivery)


class WorkerByHand:
    """All steps of a worker process over ports in memory, one after the other."""

    def __init__(self, outages: Mapping[Dependency, Outage] | None = None) -> None:
        self.service = InMemoryService()
        self.outages = {dependency: Outage() for dependency in Dependency} | dict(outages or {})
        self.breakers = Breakers(policy=BreakerPolicy(), clock=self.service.clock)
        watch = ProcessCallWatch(self.breakers, Pulses())
        self.contended = Outage()
        database = FaultyUnitsOfWork(
            self.service.units_of_work,
            is_away=self.outages[Dependency.DATABASE].is_met,
            is_contended=self.contended.is_met,
        )
        storage = BreakableStorage(
            self.service.storage,
            self.outages[Dependency.STORAGE],
            writes=self.outages[Dependency.STORAGE_WRITES],
        )
        self.queue = BreakableQueue(self.service.queue, self.outages[Dependency.QUEUE])
        topics = BreakablePublisher(
            self.service.publisher,
            {topic: self.outages[dependency] for topic, dependency in DEPENDENCY_OF.items()},
        )
        for port, watched in {
            UnitOfWorkFactory: WatchedUnitsOfWork(database, watch),
            FileStorage: WatchedFileStorage(storage, watch),
            MessageQueue: WatchedMessageQueue(self.queue, watch),
            EventPublisher: WatchedEventPublisher(topics, watch),
        }.items():
            self.service.container.register(port, instance=watched)
        gate = self.gate()
        self.receive = self.receiver(gate)
        self.steps: Sequence[Callable[[], object]] = (
            self.receive,
            Relaying(self.service.get(RelayOutbox), gate),
            self.service.get(WatchDeadLetters),
            self.service.get(Reconcile),
        )

    def gate(self) -> DependencyGate:
        made = probes(
            check_readiness=CheckReadiness(units_of_work=self.service.get(UnitOfWorkFactory)),
            probe_storage=self.service.get(ProbeStorage),
            probe_storage_writes=self.service.get(ProbeStorageWrites),
            queue=self.service.get(MessageQueue),
        )
        return DependencyGate(self.breakers, made)

    def receiver(self, gate: DependencyGate) -> Receiver:
        clock = self.service.clock
        stop_order = StopOrder(clock=clock, drain_seconds=25)
        held_leases = HeldLeases()
        contention = Contention(clock=clock, held_leases=held_leases)
        work = DeliveryWorker(
            process_delivery=self.service.get(ProcessDelivery),
            stop_order=stop_order,
            gate=gate,
            contention=contention,
            clock=clock,
            foreign_messages=ForeignMessages(),
            held_leases=held_leases,
        )
        return Receiver(
            queue=self.service.get(MessageQueue),
            slots=InlineSlots(work),
            stop_order=stop_order,
            gate=gate,
            contention=contention,
            clock=clock,
            long_poll_seconds=0,
        )

    def upload(self) -> FileState | None:
        """A file, unless it is refused."""
        with suppress(DependencyError):
            upload = self.service.get(UploadFile)
            details = partial(UploadDetails)
            return upload(TENANT, name="a.csv", chunks=[b"id\n1\n"], details=details).file
        return None

    def run(self, seconds: int) -> None:
        """Lets that much time pass."""
        for _ in range(0, seconds, TURN_SECONDS):
            for step in self.steps:
                with suppress(DependencyError):
                    step()
            self.service.clock.advance(TURN_SECONDS)

    def current(self, file: FileState) -> FileState:
        with self.service.units_of_work.for_reading() as work:
            return work.files.get(file.tenant, file.id).state


@pytest.fixture
def worker() -> WorkerByHand:
    return WorkerByHand()


@pytest.fixture(autouse=True)
def lines() -> Iterator[object]:
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.mark.parametrize("away", Dependency)
def test_no_file_fails_by_an_hour_without_a_dependency(
    worker: WorkerByHand, away: Dependency
) -> None:
    uploads = [worker.upload() for _ in range(FILES)]
    worker.service.get(RelayOutbox)()
    outage = worker.outages[away]
    outage.is_on = True
    uploads += [worker.upload()]
    worker.run(HOUR)
    during = [worker.current(file) for file in uploads if file is not None]
    outage.is_on = False
    uploads += [worker.upload()]

    worker.run(HOUR // 3)

    files = [worker.current(file) for file in uploads if file is not None]
    assert FileStatus.FAILED not in {file.status for file in during}
    assert {(file.status, file.outcome) for file in files} == {
        (FileStatus.COMPLETED, Outcome.CLEAN)
    }
    assert worker.service.queue.approximate_size() == 0
    assert len(files) >= FILES + 1


@pytest.mark.parametrize("away", [Dependency.DATABASE, *ALL_OF_THE_STORAGE])
def test_an_outage_costs_no_more_receives_than_open_the_breaker(
    worker: WorkerByHand, away: Dependency
) -> None:
    for _ in range(FILES):
        worker.upload()
    for _ in range(2):
        worker.service.get(RelayOutbox)()
    worker.outages[away].is_on = True

    worker.run(HOUR)

    assert 1 <= worker.queue.receives <= BreakerPolicy().errors


def test_an_hour_without_the_queue_costs_the_errors_that_open_its_breaker_and_probes(
    worker: WorkerByHand,
) -> None:
    queue, policy = worker.outages[Dependency.QUEUE], BreakerPolicy()
    queue.is_on = True
    # Without the reconciler, which asks the queue about lost messages whatever is known of it.
    worker.steps = (worker.receive,)

    worker.run(HOUR)

    probes_at_most = HOUR / policy.longest_probe_seconds + 3
    assert policy.errors < queue.calls <= policy.errors + probes_at_most


@pytest.mark.parametrize("topic", DEPENDENCY_OF.values())
def test_what_a_worker_can_do_without_a_topic_it_does(
    worker: WorkerByHand, topic: Dependency
) -> None:
    file = worker.upload()
    worker.service.get(RelayOutbox)()
    worker.outages[topic].is_on = True

    worker.run(60)

    assert file is not None
    assert worker.current(file).outcome is Outcome.CLEAN


@pytest.mark.parametrize("away", ALL_OF_THE_STORAGE)
def test_a_storage_that_fails_now_and_then_stops_no_worker(
    away: Dependency, lines: list[structlog.typing.EventDict]
) -> None:
    outage = RareOutage()
    worker = WorkerByHand({away: outage})
    uploads = [worker.upload() for _ in range(400)]
    for _ in range(len(uploads)):
        worker.service.get(RelayOutbox)()

    for _ in range(len(uploads)):
        worker.receive()
    worker.run(HOUR)

    assert outage.calls > BreakerPolicy().errors
    assert "breaker_opened" not in [line["event"] for line in lines]
    files = [worker.current(file) for file in uploads if file is not None]
    assert {file.outcome for file in files} == {Outcome.CLEAN}
    assert all(file.retries <= 3 for file in files)


@pytest.mark.parametrize("away", Dependency)
def test_an_hour_without_a_dependency_is_told_in_few_lines(
    worker: WorkerByHand, away: Dependency, lines: list[structlog.typing.EventDict]
) -> None:
    for _ in range(FILES):
        worker.upload()
    worker.service.get(RelayOutbox)()
    worker.outages[away].is_on = True

    worker.run(HOUR)

    told = [line["event"] for line in lines if line["event"] != "delivery_done"]
    assert told.count("breaker_opened") == 1
    assert len(told) <= 2 * BreakerPolicy().errors


def test_an_hour_in_which_every_write_waits_in_vain_makes_no_dead_letters(
    worker: WorkerByHand,
) -> None:
    uploads = [worker.upload() for _ in range(FILES)]
    for _ in range(FILES):
        worker.service.get(RelayOutbox)()
    worker.contended.is_on = True

    worker.run(HOUR)

    assert not worker.service.dead_letters.bodies
    assert worker.queue.receives <= KEPT_AT_MOST
    assert worker.breakers.are_closed(list(Dependency))
    worker.contended.is_on = False
    worker.run(HOUR // 6)
    files = [worker.current(file) for file in uploads if file is not None]
    assert {(file.outcome, file.attempt) for file in files} == {(Outcome.CLEAN, 1)}
    assert len(files) == FILES


def test_an_hour_in_which_every_write_waits_in_vain_is_tried_ever_more_seldom(
    worker: WorkerByHand,
) -> None:
    for _ in range(FILES):
        worker.upload()
    for _ in range(FILES):
        worker.service.get(RelayOutbox)()
    worker.contended.is_on = True
    # Without the other loops, which write, too.
    worker.steps = (worker.receive,)

    worker.run(HOUR)

    assert 100 <= worker.contended.calls <= 125
