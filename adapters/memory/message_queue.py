"""The work queue and its dead letters in memory, with SQS's rules."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from dataclasses import dataclass
from itertools import count
from typing import Any, Self

from application.ports.clock import Clock
from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.message_queue import Delivery, HiddenMessages, MessageQueue

Reorder = Callable[[list[Any]], object]
"""Brings a list into another order, in place: `random.Random(1).shuffle` for one."""


@dataclass(slots=True, kw_only=True)
class _Message:
    id: str
    body: str
    receive_count: int = 0
    received_by: str | None = None
    visible_at: float = 0.0

    @property
    def receipt(self) -> str:
        """The one receipt that is not stale."""
        return f"{self.id}/{self.receive_count}"


class _Messages:
    """Messages in the order they came, each with its visibility."""

    def __init__(
        self,
        clock: Clock,
        *,
        visibility_seconds: float,
        guard: AbstractContextManager[object] | None,
        reorder: Reorder | None = None,
    ) -> None:
        self._clock = clock
        self._reorder = reorder
        self._visibility_seconds = visibility_seconds
        self._guard: AbstractContextManager[object] = guard or nullcontext()
        self._messages: dict[str, _Message] = {}
        self._numbers = count(1)

    @property
    def bodies(self) -> tuple[str, ...]:
        with self._guard:
            return tuple(message.body for message in self._messages.values())

    @property
    def next_due_at(self) -> float | None:
        with self._guard:
            return min((message.visible_at for message in self._messages.values()), default=None)

    def lose(self) -> str | None:
        with self._guard:
            oldest = next(iter(self._messages), None)
            return None if oldest is None else self._messages.pop(oldest).body

    def put(self, body: str) -> None:
        message = _Message(id=f"message-{next(self._numbers)}", body=body)
        with self._guard:
            self._messages[message.id] = message

    def receive(self, limit: int, *, receiver: str | None = None) -> list[Delivery]:
        with self._guard:
            now = self._clock.monotonic()
            due = [message for message in self._messages.values() if message.visible_at <= now]
            if self._reorder is not None:
                self._reorder(due)
            return [self._deliver(message, now, receiver) for message in due[:limit]]

    def take_spent(self, max_receives: int) -> list[str]:
        """Removes what is due after `max_receives` receipts, and returns the bodies."""
        with self._guard:
            now = self._clock.monotonic()
            spent = [
                message
                for message in self._messages.values()
                if message.visible_at <= now and message.receive_count >= max_receives
            ]
            return [self._messages.pop(message.id).body for message in spent]

    def hide(self, delivery: Delivery, seconds: float) -> None:
        with self._guard:
            message = self._messages.get(delivery.message_id)
            if message is not None and message.receipt == delivery.receipt:
                message.visible_at = self._clock.monotonic() + seconds

    def delete(self, delivery: Delivery, *, even_stale: bool) -> None:
        with self._guard:
            message = self._messages.get(delivery.message_id)
            if message is not None and (even_stale or message.receipt == delivery.receipt):
                del self._messages[message.id]

    def reveal(self, owner: str | None) -> int:
        with self._guard:
            now = self._clock.monotonic()
            hidden = [
                message
                for message in self._messages.values()
                if message.visible_at > now and owner in (None, message.received_by)
            ]
            for message in hidden:
                message.visible_at = now
            return len(hidden)

    def _deliver(self, message: _Message, now: float, receiver: str | None) -> Delivery:
        message.receive_count += 1
        message.received_by = receiver
        message.visible_at = now + self._visibility_seconds
        return Delivery(
            message_id=message.id,
            receipt=message.receipt,
            body=message.body,
            receive_count=message.receive_count,
        )


class MemoryDeadLetterQueue(DeadLetterQueue):
    """The dead letters of a MemoryMessageQueue."""

    def __init__(
        self,
        clock: Clock,
        *,
        visibility_seconds: float = 300,
        guard: AbstractContextManager[object] | None = None,
    ) -> None:
        self._messages = _Messages(clock, visibility_seconds=visibility_seconds, guard=guard)

    @property
    def bodies(self) -> tuple[str, ...]:
        """Every dead letter's body, hidden ones included."""
        return self._messages.bodies

    @property
    def next_due_at(self) -> float | None:
        """When the clock's monotonic reading shows one; None while there is none."""
        return self._messages.next_due_at

    def lose(self) -> str | None:
        """Forgets the oldest one, as a queue does after days, and returns its body."""
        return self._messages.lose()

    def put(self, body: str) -> None:
        """Adds a dead letter, to be received for the first time."""
        self._messages.put(body)

    def receive(self, *, limit: int) -> Sequence[Delivery]:
        return self._messages.receive(limit)

    def hide(self, delivery: Delivery, *, seconds: int) -> None:
        self._messages.hide(delivery, seconds)

    def approximate_size(self) -> int:
        return len(self._messages.bodies)

    def delete(self, delivery: Delivery) -> None:
        self._messages.delete(delivery, even_stale=False)


class MemoryMessageQueue(MessageQueue, HiddenMessages):
    """A queue whose dead letters go to `dead_letters`.

    Strict (the default): deleting by a stale receipt does nothing. Lenient: it deletes. SQS
    may do either, so nothing may depend on it.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        dead_letters: MemoryDeadLetterQueue,
        visibility_seconds: float = 300,
        max_receives: int = 3,
        is_strict: bool = True,
        poll_seconds: float = 0.05,
        guard: AbstractContextManager[object] | None = None,
        receiver: str = "worker",
        reorder: Reorder | None = None,
    ) -> None:
        """`poll_seconds` is how often a waiting `receive` looks for a message.

        `reorder`, when given, says in which order those that are due are received.
        """
        self._clock = clock
        self._dead_letters = dead_letters
        self._max_receives = max_receives
        self._is_strict = is_strict
        self._poll_seconds = poll_seconds
        self._receiver = receiver
        self._messages = _Messages(
            clock, visibility_seconds=visibility_seconds, guard=guard, reorder=reorder
        )

    @property
    def bodies(self) -> tuple[str, ...]:
        """Every message's body, hidden ones included."""
        return self._messages.bodies

    @property
    def next_due_at(self) -> float | None:
        """When the clock's monotonic reading shows one; None while there is none."""
        return self._messages.next_due_at

    def lose(self) -> str | None:
        """Forgets the oldest one, as a queue does after days, and returns its body."""
        return self._messages.lose()

    def of_receiver(self, name: str) -> Self:
        """The same queue, as the receiver of that name sees it."""
        queue = copy(self)
        queue._receiver = name
        return queue

    def put(self, body: str) -> None:
        """Adds a message, visible at once."""
        self._messages.put(body)

    def receive(self, *, limit: int, wait_seconds: float) -> Sequence[Delivery]:
        deadline = self._clock.monotonic() + wait_seconds
        while True:
            deliveries = self._receive_now(limit)
            left = deadline - self._clock.monotonic()
            if deliveries or left <= 0:
                return deliveries
            self._clock.sleep(min(left, self._poll_seconds))

    def change_visibility(self, delivery: Delivery, *, seconds: int) -> None:
        self._messages.hide(delivery, seconds)

    def delete(self, delivery: Delivery) -> None:
        self._messages.delete(delivery, even_stale=not self._is_strict)

    def approximate_size(self) -> int:
        return len(self._messages.bodies)

    def flush(self) -> None:
        """Does nothing: nothing is put off."""

    def reveal(self, owner: str | None = None) -> int:
        return self._messages.reveal(owner)

    def _receive_now(self, limit: int) -> list[Delivery]:
        for body in self._messages.take_spent(self._max_receives):
            self._dead_letters.put(body)
        return self._messages.receive(limit, receiver=self._receiver)
