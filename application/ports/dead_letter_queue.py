"""Messages that were received too often."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from application.ports.message_queue import Delivery


class DeadLetterQueue(ABC):
    """The queue's dead letters, kept for 14 days; same promises as MessageQueue."""

    @abstractmethod
    def receive(self, *, limit: int) -> Sequence[Delivery]:
        """At most `limit` (1..10) visible dead letters, without waiting."""

    @abstractmethod
    def hide(self, delivery: Delivery, *, seconds: int) -> None:
        """Leaves the message there for people, out of the watcher's sight for `seconds`."""

    @abstractmethod
    def approximate_size(self) -> int:
        """About how many dead letters there are, hidden ones included."""

    @abstractmethod
    def delete(self, delivery: Delivery) -> None:
        """Removes the message for good."""
