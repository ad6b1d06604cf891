"""The laptop queue: SQS's rules in one table."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Engine

from adapters.sql.stored_messages import RedrivePolicy, StoredMessages
from application.ports.clock import Clock
from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.message_queue import Delivery, HiddenMessages, MessageQueue

QUEUE_RETENTION = timedelta(days=4)
DEAD_LETTER_RETENTION = timedelta(days=14)


class SqlMessageQueue(MessageQueue):
    """A queue in the table `queue_messages`, shared by all processes on the database.

    `receiver` is this process's name, by which SqlHiddenMessages finds what it held.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        *,
        queue: str,
        dead_letter_queue: str,
        receiver: str,
        visibility_seconds: int = 300,
        max_receives: int = 3,
        poll_seconds: float = 0.05,
    ) -> None:
        self._messages = StoredMessages(
            engine,
            clock,
            queue,
            retention=QUEUE_RETENTION,
            redrive=RedrivePolicy(max_receives=max_receives, dead_letter_queue=dead_letter_queue),
        )
        self._clock = clock
        self._receiver = receiver
        self._visibility_seconds = visibility_seconds
        self._poll_seconds = poll_seconds

    def receive(self, *, limit: int, wait_seconds: float) -> Sequence[Delivery]:
        deadline = self._clock.monotonic() + wait_seconds
        while True:
            deliveries = self._messages.receive(
                limit=limit,
                visibility_seconds=self._visibility_seconds,
                receiver=self._receiver,
            )
            remaining_seconds = deadline - self._clock.monotonic()
            if deliveries or remaining_seconds <= 0:
                return deliveries
            self._clock.sleep(min(self._poll_seconds, remaining_seconds))

    def change_visibility(self, delivery: Delivery, *, seconds: int) -> None:
        self._messages.hide(delivery, seconds=seconds)

    def delete(self, delivery: Delivery) -> None:
        self._messages.delete(delivery)

    def approximate_size(self) -> int:
        return self._messages.count()

    def flush(self) -> None:
        """Does nothing: nothing is put off."""


class SqlDeadLetterQueue(DeadLetterQueue):
    """The dead letters of an SqlMessageQueue."""

    def __init__(
        self, engine: Engine, clock: Clock, *, queue: str, visibility_seconds: int = 300
    ) -> None:
        self._messages = StoredMessages(engine, clock, queue, retention=DEAD_LETTER_RETENTION)
        self._visibility_seconds = visibility_seconds

    def receive(self, *, limit: int) -> Sequence[Delivery]:
        return self._messages.receive(limit=limit, visibility_seconds=self._visibility_seconds)

    def hide(self, delivery: Delivery, *, seconds: int) -> None:
        self._messages.hide(delivery, seconds=seconds)

    def approximate_size(self) -> int:
        return self._messages.count()

    def delete(self, delivery: Delivery) -> None:
        self._messages.delete(delivery)


class SqlHiddenMessages(HiddenMessages):
    """What receivers of an SqlMessageQueue took with them when they died."""

    def __init__(self, engine: Engine, clock: Clock, *, queue: str) -> None:
        self._messages = StoredMessages(engine, clock, queue, retention=QUEUE_RETENTION)

    def reveal(self, owner: str | None = None) -> int:
        return self._messages.reveal(owner)
