"""The worker process: receives, works, and keeps the periodic parts going."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from application.errors import DependencyError
from application.ports.clock import Clock
from application.ports.message_queue import MessageQueue
from application.use_cases.collect_garbage import CollectGarbage
from application.use_cases.process_delivery import ProcessDelivery
from application.use_cases.reconcile import Reconcile
from application.use_cases.relay_outbox import RelayOutbox
from application.use_cases.release_held_file import ReleaseHeldFile
from application.use_cases.watch_dead_letters import WatchDeadLetters
from entrypoints.dependency_log import log_dependency_error
from entrypoints.pulses import Pulses
from entrypoints.relay_bell import RelayBell
from entrypoints.worker.collecting import Collecting
from entrypoints.worker.contention import Contention
from entrypoints.worker.delivery_worker import DeliveryWorker
from entrypoints.worker.dependency_gate import DependencyGate
from entrypoints.worker.foreign_messages import ForeignMessages
from entrypoints.worker.giving_back import GivingBack
from entrypoints.worker.held_leases import HeldLeases
from entrypoints.worker.loop import Loop
from entrypoints.worker.receiver import Receiver
from entrypoints.worker.reconciling import Reconciling
from entrypoints.worker.relaying import Relaying
from entrypoints.worker.slots import Slots
from entrypoints.worker.stop_order import LAST_STEPS_SECONDS, StopOrder
from entrypoints.worker.tally import Tally

RECEIVE_PAUSE_SECONDS = 0.25
RELAY_PERIOD_SECONDS = 1.0
DEAD_LETTER_PERIOD_SECONDS = 5.0
RECONCILE_PERIOD_SECONDS = 60.0
COLLECT_PERIOD_SECONDS = 60.0
LONGEST_GIVING_BACK_SECONDS = 3.0
LONGEST_STEP_SECONDS = 5.0  # what the topic may take to answer
LONGEST_FLUSH_SECONDS = 5.0
"""A queue that does not answer would be asked three times, and outlast the supervisor's patience."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerUseCases:
    """What a worker process drives, and the ports that driving takes."""

    queue: MessageQueue
    clock: Clock
    bell: RelayBell
    gate: DependencyGate
    pulses: Pulses
    held_leases: HeldLeases
    process_delivery: ProcessDelivery
    release_held_file: ReleaseHeldFile
    relay_outbox: RelayOutbox
    watch_dead_letters: WatchDeadLetters
    reconcile: Reconcile
    collect_garbage: CollectGarbage


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """How much a worker does at once, and how long it takes to stop."""

    concurrency: int
    long_poll_seconds: float
    drain_seconds: float


class Worker:
    """All threads of a worker process, from start to a stop that loses nothing."""

    def __init__(self, use_cases: WorkerUseCases, settings: WorkerSettings) -> None:
        self._stop_order = StopOrder(clock=use_cases.clock, drain_seconds=settings.drain_seconds)
        foreign_messages = ForeignMessages()
        contention = Contention(clock=use_cases.clock, held_leases=use_cases.held_leases)
        work = DeliveryWorker(
            process_delivery=use_cases.process_delivery,
            stop_order=self._stop_order,
            gate=use_cases.gate,
            contention=contention,
            clock=use_cases.clock,
            foreign_messages=foreign_messages,
            held_leases=use_cases.held_leases,
        )
        self._give_back = GivingBack(
            held_leases=use_cases.held_leases,
            release_held_file=use_cases.release_held_file,
            clock=use_cases.clock,
        )
        self._queue = use_cases.queue
        self._clock = use_cases.clock
        self._slots = Slots(settings.concurrency, work, pulses=use_cases.pulses)
        receiver = Receiver(
            queue=use_cases.queue,
            slots=self._slots,
            stop_order=self._stop_order,
            gate=use_cases.gate,
            contention=contention,
            clock=use_cases.clock,
            long_poll_seconds=settings.long_poll_seconds,
        )
        self._receiving = Loop(
            "receive", receiver, period_seconds=RECEIVE_PAUSE_SECONDS, pulses=use_cases.pulses
        )
        self._periodic = periodic_loops(use_cases, foreign_messages)
        self._wake_relay = use_cases.bell

    def run(self, wait_for_stop: Callable[[], object]) -> None:
        """Works until `wait_for_stop` returns, then finishes or gives back what it holds."""
        for loop in (*self._periodic, self._receiving):
            loop.start()
        log.info("worker_started")
        wait_for_stop()
        self._stop()

    def _stop(self) -> None:
        log.info("worker_stopping")
        self._receiving.stop()
        self._stop_order.give()
        # The long poll is awaited, because what it brings has to be given back.
        self._receiving.join(self._stop_order.seconds_left)
        if not self._slots.wait_until_idle(self._stop_order.seconds_left):
            self._give_back(until=self._clock.monotonic() + LONGEST_GIVING_BACK_SECONDS)
        self._flush_in_time(self._seconds_left(at_most=LONGEST_FLUSH_SECONDS))
        for loop in self._periodic:
            loop.stop()
        self._wake_relay()
        # Nobody else sends for a minute what a relay claimed that is not awaited: the message of
        # a file that was just given back, for one.
        ends_at = self._clock.monotonic() + self._seconds_left(at_most=LONGEST_STEP_SECONDS)
        for loop in self._periodic:
            loop.join(max(0.0, ends_at - self._clock.monotonic()))
        log.info("worker_stopped")

    def _seconds_left(self, *, at_most: float) -> float:
        """For a last step: the process has to be gone before its supervisor loses patience."""
        return min(at_most, self._stop_order.seconds_left_with(LAST_STEPS_SECONDS))

    def _flush_in_time(self, seconds: float) -> None:
        flush = threading.Thread(target=self._flush, name="flush", daemon=True)
        flush.start()
        flush.join(seconds)
        if flush.is_alive():
            log.warning("queue_not_flushed", error="no answer in time")

    def _flush(self) -> None:
        try:
            self._queue.flush()
        except DependencyError as error:
            # What stays in the queue is delivered once more, and changes nothing then.
            log_dependency_error("queue_not_flushed", error)


def periodic_loops(
    use_cases: WorkerUseCases, foreign_messages: ForeignMessages
) -> tuple[Loop, ...]:
    """The loops beside the work, each of which harms nobody by running in every process."""
    return (
        Loop(
            "relay",
            Relaying(use_cases.relay_outbox, use_cases.gate),
            period_seconds=RELAY_PERIOD_SECONDS,
            idle=use_cases.bell.wait,
            pulses=use_cases.pulses,
        ),
        Loop(
            "dead-letters",
            _WatchingDeadLetters(use_cases.watch_dead_letters, foreign_messages),
            period_seconds=DEAD_LETTER_PERIOD_SECONDS,
            pulses=use_cases.pulses,
        ),
        Loop(
            "reconcile",
            Reconciling(use_cases.reconcile),
            period_seconds=RECONCILE_PERIOD_SECONDS,
            pulses=use_cases.pulses,
        ),
        Loop(
            "collect",
            Collecting(use_cases.collect_garbage),
            period_seconds=COLLECT_PERIOD_SECONDS,
            pulses=use_cases.pulses,
        ),
    )


class _WatchingDeadLetters:
    """Logs which dead letters were put right, and what somebody else put among them."""

    def __init__(
        self, watch_dead_letters: WatchDeadLetters, foreign_messages: ForeignMessages
    ) -> None:
        self._watch_dead_letters = watch_dead_letters
        self._foreign_messages = foreign_messages
        self._tally = Tally()

    def __call__(self) -> bool:
        watched = self._watch_dead_letters()
        for file_id in watched.sent_again:
            total = self._tally.count("sent_again")
            log.info("dead_letter_sent_again", file_id=str(file_id), sent_again_total=total)
        for message in watched.foreign:
            facts = self._foreign_messages.noted(message)
            log.warning("dead_letter_foreign", reason=message.reason, **facts)
        # Last, because those letters are deleted and leave no trace but this log's.
        if watched.failure is not None:
            raise watched.failure
        return watched.looked_at > 0
