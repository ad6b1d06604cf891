"""Ports that make it hard for a worker to stop in time, or to go on."""

import threading
from collections.abc import Generator, Mapping, Sequence

from adapters.memory.file_storage import MemoryFileStorage
from application.errors import QueueUnavailableError
from application.ports.content_engine import ContentEngine, EngineJob
from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.event_publisher import EventPublisher
from application.ports.message_queue import Delivery, MessageQueue
from application.ports.outbox import OutboxRecord
from domain.processing_report import ProcessingReport
from tests.doubles import ObedientEngine
from tests.entrypoints.worker.waiting import wait_until


class EndlessEngine(ContentEngine):
    """Works until it is told to stop."""

    def __init__(self) -> None:
        self.is_at_work = threading.Event()

    def process(self, job: EngineJob) -> ProcessingReport:
        self.is_at_work.set()
        wait_until(job.should_stop)
        return ObedientEngine().process(job)


class MuteStorage(MemoryFileStorage):
    """A storage that gives no answer until the test ends."""

    def __init__(self) -> None:
        super().__init__()
        self.is_asked = threading.Event()
        self.may_answer = threading.Event()

    def open(
        self, key: str, *, etag: str | None = None, start: int = 0, length: int | None = None
    ) -> Generator[bytes]:
        self.is_asked.set()
        self.may_answer.wait(60)
        yield from super().open(key, etag=etag, start=start, length=length)


class PolledQueue(MessageQueue):
    """A queue whose long poll, once nothing waits for it, ends when the test says so."""

    def __init__(self, queue: MessageQueue) -> None:
        self._queue = queue
        self.is_polled = threading.Event()
        self.poll_may_end = threading.Event()
        self.may_flush = threading.Event()
        self.may_flush.set()

    def receive(self, *, limit: int, wait_seconds: float) -> Sequence[Delivery]:
        deliveries = self._queue.receive(limit=limit, wait_seconds=0)
        if deliveries:
            return deliveries
        self.is_polled.set()
        assert self.poll_may_end.wait(30)
        return self._queue.receive(limit=limit, wait_seconds=0)

    def change_visibility(self, delivery: Delivery, *, seconds: int) -> None:
        self._queue.change_visibility(delivery, seconds=seconds)

    def delete(self, delivery: Delivery) -> None:
        self._queue.delete(delivery)

    def approximate_size(self) -> int:
        return self._queue.approximate_size()

    def flush(self) -> None:
        self.may_flush.wait(30)


class SlowPublisher(EventPublisher):
    """Takes two seconds for its first messages, as a cold connection may."""

    def __init__(self, publisher: EventPublisher) -> None:
        self._publisher = publisher
        self.is_asked = threading.Event()
        self.has_answered = threading.Event()

    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        self.is_asked.set()
        threading.Event().wait(2)
        failures = self._publisher.publish(records)
        self.has_answered.set()
        return failures


class StickyDeadLetterQueue(DeadLetterQueue):
    """The queue `letters`, which will not give up one of them."""

    STICKY = "sticky nonsense"

    def __init__(self, letters: DeadLetterQueue) -> None:
        self._letters = letters

    def receive(self, *, limit: int) -> Sequence[Delivery]:
        return self._letters.receive(limit=limit)

    def hide(self, delivery: Delivery, *, seconds: int) -> None:
        self._letters.hide(delivery, seconds=seconds)

    def approximate_size(self) -> int:
        return self._letters.approximate_size()

    def delete(self, delivery: Delivery) -> None:
        if delivery.body == self.STICKY:
            raise QueueUnavailableError("connection refused")
        self._letters.delete(delivery)
