"""Storage, queues and publisher as a process reaches them: every call may go wrong."""

from collections.abc import Generator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.memory.message_queue import MemoryDeadLetterQueue, MemoryMessageQueue
from application.ports.collection_log import Collection, CollectionLog
from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.event_publisher import EventPublisher
from application.ports.file_storage import ContentWriter, FileStorage, StoredObject
from application.ports.message_queue import Delivery, MessageQueue
from application.ports.outbox import OutboxRecord
from domain.epoch import Epoch
from tests.simulation.port_calls import PortCalls

if TYPE_CHECKING:
    from tests.simulation.process import Process


class ActingStorage(FileStorage):
    """The objects of `storage`."""

    def __init__(self, calls: PortCalls, storage: FileStorage) -> None:
        self._calls = calls
        self._storage = storage

    @property
    def bucket(self) -> str:
        return self._storage.bucket

    def create(self, key: str, *, media_type: str) -> ContentWriter:
        return _ActingWriter(self._calls, self._storage.create(key, media_type=media_type))

    def open(
        self, key: str, *, etag: str | None = None, start: int = 0, length: int | None = None
    ) -> Generator[bytes]:
        def read() -> list[bytes]:
            return list(self._storage.open(key, etag=etag, start=start, length=length))

        yield from self._calls.make("storage", read)

    def delete(self, key: str) -> None:
        self._calls.make("storage", lambda: self._storage.delete(key))

    def delete_below(self, folder: str) -> None:
        self._calls.make("storage", lambda: self._storage.delete_below(folder))

    def delete_all(self, keys: Sequence[str]) -> None:
        self._calls.make("storage", lambda: self._storage.delete_all(keys))

    def list_below(self, folder: str, *, after: str | None = None) -> Generator[StoredObject]:
        yield from self._calls.make(
            "storage", lambda: list(self._storage.list_below(folder, after=after))
        )

    def remove_abandoned(self, *, older_than: timedelta) -> int:
        return self._calls.make(
            "storage", lambda: self._storage.remove_abandoned(older_than=older_than)
        )


class _ActingWriter(ContentWriter):
    """Bytes on their way are nobody's yet, so only the commit is a call."""

    def __init__(self, calls: PortCalls, writer: ContentWriter) -> None:
        self._calls = calls
        self._writer = writer

    def write(self, chunk: bytes) -> None:
        self._writer.write(chunk)

    def commit(self) -> str:
        return self._calls.make("storage", self._writer.commit)

    def abort(self) -> None:
        self._writer.abort()


class ActingQueue(MessageQueue):
    """The messages of `queue`; a long poll that finds nothing is not played."""

    def __init__(self, process: "Process", queue: MemoryMessageQueue) -> None:
        self._calls = process.calls
        self._process = process
        self._queue = queue

    def receive(self, *, limit: int, wait_seconds: float) -> Sequence[Delivery]:
        def receive() -> Sequence[Delivery]:
            deliveries = self._queue.receive(limit=limit, wait_seconds=0)
            self._process.world.letters_changed()
            return deliveries

        self._process.await_message()
        return self._calls.make("queue", receive)

    def change_visibility(self, delivery: Delivery, *, seconds: int) -> None:
        def change() -> None:
            self._queue.change_visibility(delivery, seconds=seconds)
            self._process.world.messages_changed()

        self._calls.make("queue", change)

    def delete(self, delivery: Delivery) -> None:
        def delete() -> None:
            self._queue.delete(delivery)
            self._process.world.watch.message_deleted(delivery.body)

        self._calls.make("queue", delete)

    def approximate_size(self) -> int:
        return self._calls.make("queue", self._queue.approximate_size)

    def flush(self) -> None:
        """Does nothing: nothing is put off."""


class ActingDeadLetters(DeadLetterQueue):
    """The messages of `dead_letters`."""

    def __init__(self, process: "Process", dead_letters: MemoryDeadLetterQueue) -> None:
        self._calls = process.calls
        self._world = process.world
        self._dead_letters = dead_letters

    def receive(self, *, limit: int) -> Sequence[Delivery]:
        return self._calls.make("queue", lambda: self._dead_letters.receive(limit=limit))

    def hide(self, delivery: Delivery, *, seconds: int) -> None:
        self._calls.make("queue", lambda: self._dead_letters.hide(delivery, seconds=seconds))

    def approximate_size(self) -> int:
        return self._calls.make("queue", self._dead_letters.approximate_size)

    def delete(self, delivery: Delivery) -> None:
        def delete() -> None:
            self._dead_letters.delete(delivery)
            self._world.watch.message_deleted(delivery.body)

        self._calls.make("queue", delete)


class ActingCollections(CollectionLog):
    """What is known of the last collection, by the database."""

    def __init__(self, calls: PortCalls, collections: CollectionLog) -> None:
        self._calls = calls
        self._collections = collections

    def newest(self) -> Collection | None:
        return self._calls.make("database", self._collections.newest)

    def record(self, collection: Collection) -> None:
        self._calls.make("database", lambda: self._collections.record(collection))

    def epoch(self) -> Epoch | None:
        return self._calls.make("database", self._collections.epoch)

    def record_epoch(self, epoch: Epoch, *, instead_of: Epoch | None) -> bool:
        return self._calls.make(
            "database", lambda: self._collections.record_epoch(epoch, instead_of=instead_of)
        )


class ActingPublisher(EventPublisher):
    """What `publisher` accepts."""

    def __init__(self, process: "Process", publisher: EventPublisher) -> None:
        self._calls = process.calls
        self._world = process.world
        self._publisher = publisher

    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        return self._calls.make(
            "publisher",
            lambda: self._accept(records),
            partly=lambda: self._accept_half(records),
        )

    def _accept(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        failures = self._publisher.publish(records)
        self._world.messages_changed()
        return failures

    def _accept_half(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        self._accept(records[1::2])
        return {record.id: "InternalError" for record in records[::2]}
