"""Processes of the service in one thread, which stop before each call that leaves the process.

None stops inside a transaction: on SQLite the others would wait for it for ever. What happens
between transactions is what a crash or a pause can tear apart.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet

from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.event_publisher import EventPublisher
from application.ports.lease_keeper import HeldLease, LeaseKeeper
from application.ports.message_queue import Delivery, MessageQueue
from application.ports.outbox import OutboxRecord
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.doubles import TRUST_SECONDS, StillLease


@dataclass(frozen=True, slots=True)
class Kept:
    """A lease that an actor works under."""

    held: HeldLease
    lease: StillLease


class Actor(greenlet):  # type: ignore[misc]  # greenlet ships no annotations
    """One process, which does one thing and goes on only when it is told to."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__(act)
        self.kept: Kept | None = None
        self.is_killed = False

    def go_on(self, turns: int) -> None:
        """Lets it make so many calls; it may come to its end before."""
        for _ in range(turns):
            if self.dead:
                return
            self.switch()

    def die(self) -> None:
        """Ends as by `kill -9`: its session ends, and its clean-up reaches no port."""
        self.is_killed = True
        if not self.dead:
            self.throw(GreenletExit)


def take_turns() -> None:
    """Stops the actor that calls, if it is one, until it is told to go on."""
    actor = getcurrent()
    if not isinstance(actor, Actor):
        return
    if not actor.is_killed:
        actor.parent.switch()
    if actor.is_killed:
        raise GreenletExit


class ActorLeaseKeeper(LeaseKeeper):
    """Leaves the leases with their actors, whose hearts somebody else lets beat."""

    @contextmanager
    def keep(self, lease: HeldLease) -> Generator[StillLease]:
        """The lease, as it is until somebody renews it."""
        still = StillLease(trusted_until=lease.taken_at + TRUST_SECONDS)
        actor: Any = getcurrent()
        if isinstance(actor, Actor):
            actor.kept = Kept(lease, still)
        try:
            yield still
        finally:
            actor.kept = None


class TurnTakingUnitsOfWork(UnitOfWorkFactory):
    """Transactions before each of which the actor stops."""

    def __init__(self, units: UnitOfWorkFactory) -> None:
        self._units = units

    def for_writing(self) -> UnitOfWork:
        take_turns()
        return self._units.for_writing()

    def for_reading(self) -> UnitOfWork:
        take_turns()
        return self._units.for_reading()


class TurnTakingQueue(MessageQueue):
    """A queue before each call of which the actor stops."""

    def __init__(self, queue: MessageQueue) -> None:
        self._queue = queue

    def receive(self, *, limit: int, wait_seconds: float) -> Sequence[Delivery]:
        take_turns()
        return self._queue.receive(limit=limit, wait_seconds=wait_seconds)

    def change_visibility(self, delivery: Delivery, *, seconds: int) -> None:
        take_turns()
        self._queue.change_visibility(delivery, seconds=seconds)

    def delete(self, delivery: Delivery) -> None:
        take_turns()
        self._queue.delete(delivery)

    def approximate_size(self) -> int:
        take_turns()
        return self._queue.approximate_size()

    def flush(self) -> None:
        self._queue.flush()


class TurnTakingDeadLetters(DeadLetterQueue):
    """Dead letters before each call for which the actor stops."""

    def __init__(self, queue: DeadLetterQueue) -> None:
        self._queue = queue

    def receive(self, *, limit: int) -> Sequence[Delivery]:
        take_turns()
        return self._queue.receive(limit=limit)

    def hide(self, delivery: Delivery, *, seconds: int) -> None:
        take_turns()
        self._queue.hide(delivery, seconds=seconds)

    def approximate_size(self) -> int:
        take_turns()
        return self._queue.approximate_size()

    def delete(self, delivery: Delivery) -> None:
        take_turns()
        self._queue.delete(delivery)


class TurnTakingPublisher(EventPublisher):
    """A topic before each call of which the actor stops."""

    def __init__(self, publisher: EventPublisher) -> None:
        self._publisher = publisher

    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        take_turns()
        return self._publisher.publish(records)
