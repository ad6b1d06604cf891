"""Fetches deliveries for the slots that are free."""

import structlog

from application.errors import DependencyError, QueueBusyError
from application.ports.clock import Clock
from application.ports.message_queue import Delivery, MessageQueue
from entrypoints.watched.calls import ALL_OF_THE_STORAGE, Dependency
from entrypoints.worker.contention import Contention
from entrypoints.worker.dependency_gate import DependencyGate
from entrypoints.worker.loop import NOT_NOW
from entrypoints.worker.slots import Slots
from entrypoints.worker.stop_order import StopOrder

MOST_AT_ONCE = 10  # what SQS gives at most
LOOK_AGAIN_SECONDS = 1.0
KEPT_HIDDEN_SECONDS = 120
"""Longer than a rest and the call that follows it."""

NEEDED_TO_BEGIN = (Dependency.DATABASE, *ALL_OF_THE_STORAGE)
NEEDED = (*NEEDED_TO_BEGIN, Dependency.QUEUE)
"""What work takes. How it ended waits in the outbox while the topic is away."""

log = structlog.get_logger()


class Receiver:
    """One step: wait for a free slot, ask the queue, hand over what came.

    Never holds more than can be started at once: a message that waits in this process is
    hidden from the others, who may be idle. While something is away that work takes, nothing
    is received: it could only fail, and each receive brings a message nearer to the dead letters.
    """

    def __init__(
        self,
        *,
        queue: MessageQueue,
        slots: Slots,
        stop_order: StopOrder,
        gate: DependencyGate,
        contention: Contention,
        clock: Clock,
        long_poll_seconds: float,
    ) -> None:
        self._queue = queue
        self._slots = slots
        self._stop_order = stop_order
        self._gate = gate
        self._contention = contention
        self._clock = clock
        self._long_poll_seconds = long_poll_seconds

    def __call__(self) -> object:
        """True: the long poll was all the pause there has to be. Raises DependencyError.

        False when it came back at once with nothing, as some queue may do for ever; NOT_NOW
        when nothing was asked for.
        """
        free = self._slots.wait_for_free(LOOK_AGAIN_SECONDS)
        if free == 0 or self._stop_order.is_given():
            return True
        if not self._gate.lets_through(NEEDED):
            return NOT_NOW
        if self._contention.goes_on():
            return self._try_one()
        asked_at = self._clock.monotonic()
        deliveries = self._queue.receive(
            limit=min(free, MOST_AT_ONCE), wait_seconds=self._long_poll_seconds
        )
        for delivery in deliveries:
            # The order to stop may have come during the poll, and so may an outage.
            if self._stop_order.is_given() or self._gate.is_shut(*NEEDED_TO_BEGIN):
                self._give_back(delivery)
            else:
                self._slots.accept(delivery)
        waited_seconds = self._clock.monotonic() - asked_at
        return bool(deliveries) or 2 * waited_seconds >= self._long_poll_seconds

    def _give_back(self, delivery: Delivery) -> None:
        try:
            self._queue.change_visibility(delivery, seconds=0)
        except DependencyError as error:
            # It shows up by itself when its invisibility ends.
            log.warning("delivery_not_given_back", message_id=delivery.message_id, error=str(error))

    def _try_one(self) -> object:
        """Looks by one delivery whether the database is busy still, rather by a new one.

        What was busy before may be busy for ever, if somebody holds the row of that file.
        """
        if not self._contention.is_trial_due():
            return NOT_NOW
        for delivery in self._contention.kept():
            self._keep_hidden(delivery)
        is_room = self._contention.has_room()
        received = self._queue.receive(limit=1, wait_seconds=0) if is_room else ()
        for delivery in (*received, *self._contention.kept())[:1]:
            self._contention.begin_trial(delivery)
            self._slots.accept(delivery)
            return True
        return False

    def _keep_hidden(self, delivery: Delivery) -> None:
        try:
            self._queue.change_visibility(delivery, seconds=KEPT_HIDDEN_SECONDS)
        except QueueBusyError:
            # The queue may be in the same database, and comes free together with it.
            raise
        except DependencyError as error:
            # A queue may hide nothing for more than half a day.
            self._contention.give_up(delivery)
            log.warning("delivery_not_kept", message_id=delivery.message_id, error=str(error))
