"""Watched dead letters."""

from collections.abc import Sequence

from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.message_queue import Delivery
from entrypoints.watched.calls import CallWatch, Dependency, watched


class WatchedDeadLetterQueue(DeadLetterQueue):
    """The letters of `letters`, which are where the queue is."""

    def __init__(self, letters: DeadLetterQueue, watch: CallWatch) -> None:
        self._letters = letters
        self._watch = watch

    def receive(self, *, limit: int) -> Sequence[Delivery]:
        with watched(self._watch, Dependency.QUEUE):
            return self._letters.receive(limit=limit)

    def hide(self, delivery: Delivery, *, seconds: int) -> None:
        with watched(self._watch, Dependency.QUEUE):
            self._letters.hide(delivery, seconds=seconds)

    def delete(self, delivery: Delivery) -> None:
        with watched(self._watch, Dependency.QUEUE):
            self._letters.delete(delivery)

    def approximate_size(self) -> int:
        with watched(self._watch, Dependency.QUEUE):
            return self._letters.approximate_size()
