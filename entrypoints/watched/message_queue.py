"""A watched queue."""

from collections.abc import Sequence

from application.ports.message_queue import Delivery, MessageQueue
from entrypoints.watched.calls import CallWatch, Dependency, watched


class WatchedMessageQueue(MessageQueue):
    """The messages of `queue`."""

    def __init__(self, queue: MessageQueue, watch: CallWatch) -> None:
        self._queue = queue
        self._watch = watch

    def receive(self, *, limit: int, wait_seconds: float) -> Sequence[Delivery]:
        with watched(self._watch, Dependency.QUEUE):
            return self._queue.receive(limit=limit, wait_seconds=wait_seconds)

    def change_visibility(self, delivery: Delivery, *, seconds: int) -> None:
        with watched(self._watch, Dependency.QUEUE):
            self._queue.change_visibility(delivery, seconds=seconds)

    def delete(self, delivery: Delivery) -> None:
        with watched(self._watch, Dependency.QUEUE):
            self._queue.delete(delivery)

    def approximate_size(self) -> int:
        with watched(self._watch, Dependency.QUEUE):
            return self._queue.approximate_size()

    def flush(self) -> None:
        with watched(self._watch, Dependency.QUEUE):
            self._queue.flush()
