import threading
from collections.abc import Callable, Iterator, Sequence

import pytest

from adapters.memory.manual_clock import ManualClock
from adapters.memory.message_queue import MemoryDeadLetterQueue, MemoryMessageQueue
from application.errors import (
    DatabaseBusyError,
    QueueBusyError,
    QueueUnavailableError,
    StorageUnavailableError,
)
from application.ports.message_queue import Delivery
from domain.circuit_breaker import BreakerPolicy
from entrypoints.watched.calls import DEPENDENCY_OF, Dependency
from entrypoints.worker.breakers import Breakers
from entrypoints.worker.contention import Contention
from entrypoints.worker.dependency_gate import DependencyGate
from entrypoints.worker.held_leases import HeldLeases
from entrypoints.worker.loop import NOT_NOW
from entrypoints.worker.receiver import KEPT_HIDDEN_SECONDS, Receiver
from entrypoints.worker.slots import Slots
from entrypoints.worker.stop_order import StopOrder
from tests.entrypoints.worker.waiting import wait_until

STORES = [Dependency.DATABASE, Dependency.STORAGE, Dependency.STORAGE_WRITES]


class WatchedQueue(MemoryMessageQueue):
    """Lets the test act during the poll."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock, dead_letters=MemoryDeadLetterQueue(clock))
        self.during_poll: Callable[[], object] = lambda: None
        self.refusal: QueueUnavailableError | None = None

    def receive(self, *, limit: int, wait_seconds: float) -> Sequence[Delivery]:
        deliveries = super().receive(limit=limit, wait_seconds=0)
        self.during_poll()
        return deliveries

    def change_visibility(self, delivery: Delivery, *, seconds: int) -> None:
        if self.refusal is not None:
            raise self.refusal
        super().change_visibility(delivery, seconds=seconds)


class Work:
    """Holds every delivery until the test lets go."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.let_go = threading.Event()

    def __call__(self, delivery: Delivery) -> None:
        self.started.append(delivery.body)
        self.let_go.wait(10)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def queue(clock: ManualClock) -> WatchedQueue:
    return WatchedQueue(clock)


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work()
    yield work
    work.let_go.set()


@pytest.fixture
def stop_order(clock: ManualClock) -> StopOrder:
    return StopOrder(clock=clock, drain_seconds=10)


@pytest.fixture
def slots(work: Work) -> Slots:
    return Slots(2, work)


@pytest.fixture
def breakers(clock: ManualClock) -> Breakers:
    """Breakers that one error opens."""
    return Breakers(policy=BreakerPolicy(errors=1), clock=clock)


@pytest.fixture
def gate(breakers: Breakers) -> DependencyGate:
    """A gate whose probes are all answered."""
    return DependencyGate(breakers, {dependency: lambda: None for dependency in Dependency})


@pytest.fixture
def contention(clock: ManualClock) -> Contention:
    return Contention(clock=clock, held_leases=HeldLeases())


@pytest.fixture
def receiver(
    queue: WatchedQueue,
    slots: Slots,
    stop_order: StopOrder,
    gate: DependencyGate,
    contention: Contention,
    clock: ManualClock,
) -> Receiver:
    return Receiver(
        queue=queue,
        slots=slots,
        stop_order=stop_order,
        gate=gate,
        contention=contention,
        clock=clock,
        long_poll_seconds=20,
    )


def test_no_more_is_received_than_there_are_free_slots(
    receiver: Receiver, queue: WatchedQueue, work: Work
) -> None:
    for body in "abc":
        queue.put(body)

    receiver()

    wait_until(lambda: len(work.started) == 2)
    assert [left.body for left in queue.receive(limit=10, wait_seconds=0)] == ["c"]


def test_a_slot_that_becomes_free_takes_the_next_delivery(
    receiver: Receiver, queue: WatchedQueue, work: Work
) -> None:
    for body in "abc":
        queue.put(body)
    receiver()

    work.let_go.set()
    receiver()

    wait_until(lambda: len(work.started) == 3)


def test_what_arrives_with_the_order_to_stop_is_given_back_unstarted(
    receiver: Receiver, queue: WatchedQueue, work: Work, stop_order: StopOrder
) -> None:
    queue.put("a")
    queue.during_poll = stop_order.give

    receiver()

    assert work.started == []
    assert [again.body for again in queue.receive(limit=10, wait_seconds=0)] == ["a"]


def test_a_delivery_that_cannot_be_given_back_is_left_to_its_timeout(
    receiver: Receiver, queue: WatchedQueue, work: Work, stop_order: StopOrder
) -> None:
    queue.put("a")
    queue.during_poll = stop_order.give
    queue.refusal = QueueUnavailableError("gone")

    receiver()

    assert work.started == []


def test_after_the_order_to_stop_nothing_is_received(
    receiver: Receiver, queue: WatchedQueue, stop_order: StopOrder
) -> None:
    queue.put("a")
    stop_order.give()

    receiver()

    assert [left.body for left in queue.receive(limit=10, wait_seconds=0)] == ["a"]


def test_slots_say_when_they_are_idle(slots: Slots, work: Work) -> None:
    slots.accept(Delivery(message_id="m", receipt="r", body="a", receive_count=1))

    assert not slots.wait_until_idle(0)
    work.let_go.set()
    assert slots.wait_until_idle(10)


def test_running_work_is_given_back_before_the_drain_time_ends(
    clock: ManualClock, stop_order: StopOrder
) -> None:
    clock.advance(1000)
    assert not stop_order.is_release_due()

    stop_order.give()

    assert not stop_order.is_release_due()
    clock.advance(5)
    assert stop_order.is_release_due()
    assert stop_order.seconds_left == 5


@pytest.mark.parametrize("away", [*STORES, Dependency.QUEUE])
def test_nothing_is_received_while_something_is_away_that_work_takes(
    receiver: Receiver, queue: WatchedQueue, breakers: Breakers, away: Dependency
) -> None:
    queue.put("a")
    breakers.note(away, StorageUnavailableError("connection refused"))

    assert receiver() is NOT_NOW

    [untouched] = queue.receive(limit=10, wait_seconds=0)
    assert untouched.receive_count == 1


def test_receiving_goes_on_when_a_probe_is_answered(
    receiver: Receiver, queue: WatchedQueue, work: Work, breakers: Breakers, clock: ManualClock
) -> None:
    queue.put("a")
    breakers.note(Dependency.STORAGE, StorageUnavailableError("connection refused"))
    assert receiver() is NOT_NOW

    clock.advance(5)

    assert receiver() is True
    wait_until(lambda: work.started == ["a"])


@pytest.mark.parametrize("topic", DEPENDENCY_OF.values())
def test_work_goes_on_while_only_a_topic_is_away(
    receiver: Receiver, queue: WatchedQueue, work: Work, breakers: Breakers, topic: Dependency
) -> None:
    queue.put("a")
    breakers.note(topic, QueueUnavailableError("connection refused"))

    receiver()

    wait_until(lambda: work.started == ["a"])


@pytest.mark.parametrize("away", STORES)
def test_what_arrives_when_something_has_just_gone_is_given_back_unstarted(
    receiver: Receiver, queue: WatchedQueue, work: Work, breakers: Breakers, away: Dependency
) -> None:
    queue.put("a")
    queue.during_poll = lambda: breakers.note(away, StorageUnavailableError("connection refused"))

    receiver()

    assert work.started == []
    assert [again.body for again in queue.receive(limit=10, wait_seconds=0)] == ["a"]


def test_a_poll_that_comes_back_at_once_with_nothing_is_followed_by_a_pause(
    receiver: Receiver, queue: WatchedQueue, clock: ManualClock
) -> None:
    assert receiver() is False

    queue.during_poll = lambda: clock.advance(20)
    assert receiver() is True


def make_contended(contention: Contention, *deliveries: Delivery) -> None:
    for delivery in deliveries:
        contention.note(delivery, DatabaseBusyError("canceling statement due to lock timeout"))


def test_while_all_writes_wait_in_vain_one_delivery_is_tried_after_a_rest(
    receiver: Receiver,
    queue: WatchedQueue,
    work: Work,
    contention: Contention,
    clock: ManualClock,
) -> None:
    for body in "abcde":
        queue.put(body)
    make_contended(contention, *queue.receive(limit=3, wait_seconds=0))
    assert receiver() is NOT_NOW

    clock.advance(5)

    # A new one, since somebody may hold the files of the others alone.
    assert receiver() is True
    wait_until(lambda: work.started == ["d"])
    assert receiver() is NOT_NOW


def test_what_was_busy_is_tried_again_without_being_received_again(
    receiver: Receiver,
    queue: WatchedQueue,
    work: Work,
    contention: Contention,
    clock: ManualClock,
) -> None:
    for body in "abc":
        queue.put(body)
    make_contended(contention, *queue.receive(limit=3, wait_seconds=0))

    clock.advance(5)
    assert receiver() is True

    wait_until(lambda: work.started == ["a"])
    clock.advance(KEPT_HIDDEN_SECONDS - 1)
    assert queue.receive(limit=10, wait_seconds=0) == []


def test_what_the_queue_hides_no_longer_is_left_to_it(
    receiver: Receiver, queue: WatchedQueue, contention: Contention, clock: ManualClock
) -> None:
    for body in "abc":
        queue.put(body)
    make_contended(contention, *queue.receive(limit=3, wait_seconds=0))
    queue.refusal = QueueUnavailableError("gone")
    clock.advance(5)

    assert receiver() is False

    assert contention.kept() == ()


def test_a_queue_that_is_busy_together_with_the_database_costs_nothing_of_what_is_kept(
    receiver: Receiver, queue: WatchedQueue, contention: Contention, clock: ManualClock
) -> None:
    for body in "abc":
        queue.put(body)
    make_contended(contention, *queue.receive(limit=3, wait_seconds=0))
    queue.refusal = QueueBusyError("other writers kept it busy for too long")
    clock.advance(5)

    with pytest.raises(QueueBusyError):
        receiver()

    assert [it.body for it in contention.kept()] == ["a", "b", "c"]
