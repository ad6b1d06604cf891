"""A worker process, driven as `entrypoints/worker/worker.py` drives one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from application.errors import ApplicationError
from application.ports.message_queue import Delivery
from application.use_cases.process_delivery import DeliveryResult
from entrypoints.watched.calls import ALL_OF_THE_STORAGE
from entrypoints.worker.collecting import Collecting
from entrypoints.worker.contention import Contention
from entrypoints.worker.held_leases import HeldLeases
from entrypoints.worker.receiver import Receiver
from entrypoints.worker.slots import Slots
from entrypoints.worker.stop_order import LAST_STEPS_SECONDS, StopOrder
from entrypoints.worker.worker import LONGEST_GIVING_BACK_SECONDS, LONGEST_STEP_SECONDS
from tests.simulation.actors import Actor, current_actor
from tests.simulation.clock import virtual_seconds
from tests.simulation.giving_back import LOOK_SECONDS, ActorGivingBack
from tests.simulation.process import Process
from tests.simulation.timings import (
    COLLECT_PERIOD_SECONDS,
    DEAD_LETTER_PERIOD_SECONDS,
    DRAIN_SECONDS,
    LONG_POLL_SECONDS,
    RECEIVE_PAUSE_SECONDS,
    RECONCILE_PERIOD_SECONDS,
    SLOTS,
)

if TYPE_CHECKING:
    from tests.simulation.world import World

LONGEST_IDLE_SECONDS = 6 * 3600.0
STRANDED_SECONDS = 1800.0


class WorkerProcess(Process):
    """Receives, works, relays, watches dead letters, reconciles."""

    def __init__(self, world: "World", name: str, *, skew_seconds: float = 0.0) -> None:
        super().__init__(world, name, skew_seconds=skew_seconds)
        self.stop_order = self._stop_order()
        self._slots = ActorSlots(self)
        self._receiver: Actor | None = None
        self.working: dict[Actor, None] = {}

    def start(self) -> None:
        """Begins a life, in which nobody has told it to stop."""
        self.wire()
        wiring = self.world.wiring
        self.process_delivery = wiring.process_delivery(self)
        self._watch_dead_letters = wiring.watch_dead_letters(self)
        self._reconcile = wiring.reconcile(self)
        self._give_back = ActorGivingBack(self, wiring.release_held_file(self))
        self.stop_order = self._stop_order()
        self._slots = ActorSlots(self)
        self.working = {}
        super().start()
        receiver = Receiver(
            queue=self.ports.queue,
            slots=self._slots,
            stop_order=self.stop_order,
            gate=self.gate,
            contention=Contention(clock=self.ports.clock, held_leases=HeldLeases()),
            clock=self.ports.clock,
            long_poll_seconds=LONG_POLL_SECONDS,
        )
        self._receiver = self.spawn(
            f"{self.name}.receive",
            self.loop(receiver, self._rest, is_over=self.stop_order.is_given),
        )
        self.spawn(f"{self.name}.dead-letters", self.loop(self._watch, self._await_dead_letter))
        if self.world.scenario.has_collector:
            collecting = Collecting(self.world.wiring.collect_garbage(self))
            self.spawn(f"{self.name}.collect", self.loop(collecting, self._await_garbage))
        self.spawn(f"{self.name}.reconcile", self.loop(self._repair, self._await_repairs))

    def stop(self) -> None:
        """SIGTERM; returns when the process is gone."""
        scheduler, life = self.world.scheduler, self.stop_order
        life.give()
        if self._receiver is not None and self._receiver in self.world.idle_receivers:
            scheduler.wake(self._receiver)
        for actor in tuple(self.working):
            scheduler.wake(actor, after=DRAIN_SECONDS - 5.0)
        while life.seconds_left > 0 and not self._slots.are_idle and self.stop_order is life:
            scheduler.sleep(1.0)
        if self._is_living(life) and not self._slots.are_idle:
            self._give_back(seconds=LONGEST_GIVING_BACK_SECONDS)
        self._await_last_messages(life)
        if self.stop_order is life:
            self.crash()

    def _is_living(self, life: StopOrder) -> bool:
        return self.is_up and self.stop_order is life

    def _await_last_messages(self, life: StopOrder) -> None:
        """What the relay has claimed would wait for a minute if it died now."""
        scheduler = self.world.scheduler
        last_steps = life.seconds_left_with(LAST_STEPS_SECONDS)
        ends_at = scheduler.now + min(LONGEST_STEP_SECONDS, last_steps)
        while self._is_living(life) and self.is_sending and scheduler.now < ends_at:
            scheduler.sleep(LOOK_SECONDS)

    @property
    def is_idle(self) -> bool:
        """True while nobody in it is at work on a delivery."""
        return not self.is_up or self._slots.are_idle

    def work(self, seconds: float) -> None:
        """Computes, and looks up when work has to be given back."""
        actor = current_actor()
        self.working[actor] = None
        try:
            left = self.stop_order.seconds_left - 5.0
            super().work(min(seconds, max(left, 0.5)))
        finally:
            self.working.pop(actor, None)

    def await_message(self) -> None:
        """Sits the long poll out, until something is due or the process is to stop."""
        world, actor = self.world, current_actor()
        world.idle_receivers[actor] = None
        try:
            while not self.stop_order.is_given():
                due_at = world.queue.next_due_at
                if due_at is None:
                    world.scheduler.park()
                elif due_at > world.scheduler.now:
                    world.scheduler.sleep(due_at - world.scheduler.now + 0.001)
                else:
                    return
        finally:
            world.idle_receivers.pop(actor, None)

    def received(self, deliveries: Sequence[Delivery]) -> None:
        """Counts them, since they may be too many while something is away."""
        self.world.outages.received(self.name, len(deliveries))

    def deliver(self, delivery: Delivery) -> None:
        """What a slot does, as `DeliveryWorker` does it."""
        try:
            with self.held_leases.of_one_delivery():
                report = self.process_delivery(
                    delivery,
                    is_shutting_down=self.stop_order.is_release_due,
                    is_suspended=lambda: self.gate.is_shut(*ALL_OF_THE_STORAGE),
                )
        except ApplicationError:
            return
        self.world.sightings.add(f"delivery {report.result}")
        if report.result is DeliveryResult.FENCED:
            self.world.sightings.add("fenced")

    def _rest(self) -> None:
        self.world.scheduler.sleep(RECEIVE_PAUSE_SECONDS)

    def _watch(self) -> bool:
        watched = self._watch_dead_letters()
        if watched.failure is not None:
            raise watched.failure
        return watched.looked_at > 0

    def _repair(self) -> bool:
        repairs = self._reconcile()
        if repairs.failure is not None:
            raise repairs.failure
        if repairs.republished:
            self.world.sightings.add("reconciled")
        if repairs.removals:
            self.world.sightings.add("removed")
        return False

    def _await_dead_letter(self) -> None:
        world, actor = self.world, current_actor()
        due_at = world.dead_letters.next_due_at
        world.idle_watchers[actor] = None
        try:
            if due_at is None:
                world.scheduler.park()
            else:
                wait_seconds = max(0.0, due_at - world.scheduler.now)
                world.scheduler.sleep(wait_seconds + DEAD_LETTER_PERIOD_SECONDS)
        finally:
            world.idle_watchers.pop(actor, None)

    def _await_repairs(self) -> None:
        """Its period, without the rounds that would find nothing to mend."""
        now = self.world.scheduler.now
        wait_seconds = min(
            (due_at - now for due_at in self._repairs_due_at()), default=LONGEST_IDLE_SECONDS
        )
        actor = current_actor()
        self.world.idle_repairers[actor] = None
        try:
            self.world.scheduler.sleep(
                min(LONGEST_IDLE_SECONDS, max(RECONCILE_PERIOD_SECONDS, wait_seconds))
            )
        finally:
            self.world.idle_repairers.pop(actor, None)

    def _await_garbage(self) -> None:
        """Its period, without the looks at a collection that is not due."""
        newest, now = self.world.collections.newest(), self.world.scheduler.now
        period = self.world.wiring.collection_policy.period
        assert period is not None
        due_at = 0.0
        if newest is not None and newest.is_over:
            due_at = virtual_seconds(newest.began_at + period)
        self.world.scheduler.sleep(max(COLLECT_PERIOD_SECONDS, due_at - now))

    def _repairs_due_at(self) -> list[float]:
        files = self.world.database.tables.files.values()
        unfinished = [
            virtual_seconds(state.published_at or state.updated_at) + STRANDED_SECONDS
            for state in files
            if not state.is_final
        ]
        removals = [virtual_seconds(at) for state in files if (at := state.removal_due_at)]
        return unfinished + removals

    def _stop_order(self) -> StopOrder:
        return StopOrder(clock=self.ports.clock, drain_seconds=DRAIN_SECONDS)


class ActorSlots(Slots):
    """Slots whose threads are actors."""

    def __init__(self, process: WorkerProcess) -> None:
        self._process = process
        self._free_numbers = list(range(SLOTS, 0, -1))
        self._waiting: Actor | None = None

    @property
    def are_idle(self) -> bool:
        """True while nobody is at work."""
        return len(self._free_numbers) == SLOTS

    def wait_for_free(self, seconds: float) -> int:
        world, actor = self._process.world, current_actor()
        while not self._free_numbers and not self._process.stop_order.is_given():
            self._waiting = actor
            world.idle_receivers[actor] = None
            world.scheduler.park()
            world.idle_receivers.pop(actor, None)
        if not self._free_numbers:
            world.scheduler.sleep(seconds)
        return len(self._free_numbers)

    def accept(self, delivery: Delivery) -> None:
        number = self._free_numbers.pop()

        def work() -> None:
            try:
                self._process.deliver(delivery)
            finally:
                self._free_numbers.append(number)
                if self._waiting is not None and not self._waiting.is_dead:
                    self._process.world.scheduler.wake(self._waiting)
                    self._waiting = None

        self._process.spawn(f"{self._process.name}.slot-{number}", work)
