"""Deliveries of work, as SQS makes them."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One receipt of one message.

    `receipt` belongs to this delivery alone: once the message was received again it is
    stale. `receive_count` is 1 for the first delivery; nothing is ever decided by it.
    """

    message_id: str
    receipt: str
    body: str
    receive_count: int


class MessageQueue(ABC):
    """A queue with at-least-once delivery in any order, visibility timeout and dead letters.

    A message that was received is hidden for the queue's visibility timeout; one that is
    due after it was received as often as the queue allows (3 by default) goes to the
    dead-letter queue instead. All methods may raise QueueUnavailableError and
    ConfigurationError.
    """

    @abstractmethod
    def receive(self, *, limit: int, wait_seconds: float) -> Sequence[Delivery]:
        """At most `limit` (1..10) deliveries; waits up to `wait_seconds` for the first.

        Empty when there is nothing to do.
        """

    @abstractmethod
    def change_visibility(self, delivery: Delivery, *, seconds: int) -> None:
        """Hides the message for `seconds` (0..43,200) from now; 0 makes it visible at once.

        A stale receipt or a message that is gone changes nothing and is no error.
        """

    @abstractmethod
    def delete(self, delivery: Delivery) -> None:
        """Removes the message for good; a stale receipt may or may not, and is no error.

        May be put off for a moment, so that several share a call: the message is not delivered
        here any more, and shows up once again should this process die.
        """

    @abstractmethod
    def approximate_size(self) -> int:
        """About how many messages there are, hidden ones included.

        Duplicates and messages of files that have ended are among them: where it is no less
        than the number of unfinished files, a lost message is repeated only after six hours.
        """

    @abstractmethod
    def flush(self) -> None:
        """Sends what was put off; to be called before the process ends."""


class HiddenMessages(ABC):
    """The ability to show at once what dead receivers had hidden; SQS does not have it."""

    @abstractmethod
    def reveal(self, owner: str | None = None) -> int:
        """Makes visible again what `owner` received last, and returns how many messages it was.

        `owner` is a receiver's name, and it must be dead; None stands for every receiver, none
        of whom may be alive. Receipts that others hold stay good. Dead letters stay hidden.
        Raises QueueUnavailableError.
        """
