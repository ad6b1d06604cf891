"""Ports that do not answer while a test says so."""

from collections.abc import Generator, Mapping, Sequence
from datetime import timedelta

from application.errors import QueueUnavailableError, StorageFullError, StorageUnavailableError
from application.ports.event_publisher import EventPublisher
from application.ports.file_storage import ContentWriter, FileStorage, StoredObject
from application.ports.message_queue import Delivery, MessageQueue
from application.ports.outbox import OutboxRecord, Topic


class Outage:
    """Goes on while `is_on`; `calls` is how often somebody came in vain."""

    def __init__(self) -> None:
        self.is_on = False
        self.calls = 0

    def is_met(self) -> bool:
        """True for a caller that gets no answer."""
        self.calls += self.is_on
        return self.is_on


class RareOutage(Outage):
    """Goes on for one call in a hundred."""

    def __init__(self) -> None:
        super().__init__()
        self._asked = 0

    def is_met(self) -> bool:
        self._asked += 1
        self.is_on = self._asked % 100 == 0
        return super().is_met()


class BreakableStorage(FileStorage):
    """The objects of `storage`, which while `writes` is on gives them out and takes none."""

    def __init__(
        self, storage: FileStorage, outage: Outage, *, writes: Outage | None = None
    ) -> None:
        self._storage = storage
        self._outage = outage
        self._writes = writes or Outage()

    @property
    def bucket(self) -> str:
        return self._storage.bucket

    def create(self, key: str, *, media_type: str) -> ContentWriter:
        self._check()
        return _BreakableWriter(self._storage.create(key, media_type=media_type), self._writes)

    def open(
        self, key: str, *, etag: str | None = None, start: int = 0, length: int | None = None
    ) -> Generator[bytes]:
        self._check()
        yield from self._storage.open(key, etag=etag, start=start, length=length)

    def delete(self, key: str) -> None:
        self._check()
        self._storage.delete(key)

    def delete_below(self, folder: str) -> None:
        self._check()
        self._storage.delete_below(folder)

    def list_below(self, folder: str, *, after: str | None = None) -> Generator[StoredObject]:
        self._check()
        yield from self._storage.list_below(folder, after=after)

    def delete_all(self, keys: Sequence[str]) -> None:
        self._check()
        self._storage.delete_all(keys)

    def remove_abandoned(self, *, older_than: timedelta) -> int:
        self._check()
        return self._storage.remove_abandoned(older_than=older_than)

    def _check(self) -> None:
        if self._outage.is_met():
            raise StorageUnavailableError("connection refused")


class _BreakableWriter(ContentWriter):
    """Takes bytes as a buffer does, and finds no room for them at the commit."""

    def __init__(self, writer: ContentWriter, outage: Outage) -> None:
        self._writer = writer
        self._outage = outage

    def write(self, chunk: bytes) -> None:
        self._writer.write(chunk)

    def commit(self) -> str:
        if self._outage.is_met():
            raise StorageFullError("the disk is full")
        return self._writer.commit()

    def abort(self) -> None:
        self._writer.abort()


class BreakableQueue(MessageQueue):
    """The messages of `queue`; `receives` is how many it gave out."""

    def __init__(self, queue: MessageQueue, outage: Outage) -> None:
        self._queue = queue
        self._outage = outage
        self.receives = 0

    def receive(self, *, limit: int, wait_seconds: float) -> Sequence[Delivery]:
        self._check()
        deliveries = self._queue.receive(limit=limit, wait_seconds=wait_seconds)
        self.receives += len(deliveries)
        return deliveries

    def change_visibility(self, delivery: Delivery, *, seconds: int) -> None:
        self._check()
        self._queue.change_visibility(delivery, seconds=seconds)

    def delete(self, delivery: Delivery) -> None:
        self._check()
        self._queue.delete(delivery)

    def approximate_size(self) -> int:
        self._check()
        return self._queue.approximate_size()

    def flush(self) -> None:
        self._check()
        self._queue.flush()

    def _check(self) -> None:
        if self._outage.is_met():
            raise QueueUnavailableError("connection refused")


class BreakablePublisher(EventPublisher):
    """The topics of `publisher`, each of which has its own outages."""

    def __init__(self, publisher: EventPublisher, outages: Mapping[Topic, Outage]) -> None:
        self._publisher = publisher
        self._outages = outages

    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        [topic] = {record.message.topic for record in records}
        if self._outages[topic].is_met():
            raise QueueUnavailableError("connection refused")
        return self._publisher.publish(records)
