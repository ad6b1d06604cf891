"""Storage, queues and publisher as a process reaches them: every call may go wrong."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.memory.message_queue import MemoryDeadLetterQueue, MemoryMessageQueue
from adapters.sql.sql_round_lock import LONGEST_ROUND
from application.errors import QueueUnavailableError, StorageUnavailableError
from application.ports.collection_log import Collection, CollectionLog
from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.event_publisher import EventPublisher
from application.ports.exclusive_round import RoundLock
from application.ports.file_storage import ContentWriter, FileStorage, StoredObject
from application.ports.message_queue import Delivery, MessageQueue
from application.ports.outbox import OutboxRecord
from domain.epoch import Epoch
from tests.simulation.actors import current_actor
from tests.simulation.port_calls import LONG_LATE, PortCalls
from tests.simulation.watched_storage import WatchedStorage

if TYPE_CHECKING:
    from tests.simulation.actors import Actor
    from tests.simulation.process import Process
    from tests.simulation.world import World


WRITES = "storage_writes"
"""The ability of the storage to keep something new, which can be missing alone."""


class ActingStorage(FileStorage):
    """The objects of `storage`."""

    def __init__(self, calls: PortCalls, storage: WatchedStorage) -> None:
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
        def read() -> bytes:
            return b"".join(self._storage.open(key, etag=etag, start=start, length=length))

        content = self._calls.make("storage", read)
        # The second half is a call of its own, since a connection may be lost in the middle.
        middle = len(content) // 2
        if middle:
            yield content[:middle]
            self._calls.make("storage", lambda: None)
        yield content[middle:]

    def delete(self, key: str) -> None:
        self._calls.make("storage", lambda: self._storage.delete(key), late=LONG_LATE)

    def delete_below(self, folder: str) -> None:
        def delete_half() -> None:
            beginning = f"{folder}/"
            keys = [key for key in sorted(self._storage.keys) if key.startswith(beginning)]
            for key in keys[::2]:
                self._storage.delete(key)
            raise StorageUnavailableError("deleted in part")

        self._calls.make(
            "storage",
            lambda: self._storage.delete_below(folder),
            partly=delete_half,
            late=LONG_LATE,
        )

    def delete_all(self, keys: Sequence[str]) -> None:
        def delete_half() -> None:
            self._storage.delete_all(keys[::2])
            raise StorageUnavailableError("deleted in part")

        self._calls.make(
            "storage", lambda: self._storage.delete_all(keys), partly=delete_half, late=LONG_LATE
        )

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
        def keep() -> str:
            self._calls.refuse_if_away(WRITES)
            return self._writer.commit()

        return self._calls.make("storage", keep, late=LONG_LATE)

    def abort(self) -> None:
        """Does nothing: what is not committed is gone anyhow, and what is under way is not."""


class ActingQueue(MessageQueue):
    """The messages of `queue`; a long poll that finds nothing is not played."""

    def __init__(self, process: "Process", queue: MemoryMessageQueue) -> None:
        self._calls = process.calls
        self._process = process
        self._queue = queue

    def receive(self, *, limit: int, wait_seconds: float) -> Sequence[Delivery]:
        def receive() -> Sequence[Delivery]:
            deliveries = self._queue.receive(limit=limit, wait_seconds=0)
            self._process.received(deliveries)
            self._process.world.letters_changed()
            return deliveries

        self._process.await_message()
        return self._calls.make("queue", receive)

    def change_visibility(self, delivery: Delivery, *, seconds: int) -> None:
        def change() -> None:
            self._queue.change_visibility(delivery, seconds=seconds)
            self._process.world.messages_changed()

        self._calls.make("queue", change, late=LONG_LATE)

    def delete(self, delivery: Delivery) -> None:
        def delete() -> None:
            self._queue.delete(delivery)
            self._process.world.watch.message_deleted(delivery.body)

        self._calls.make("queue", delete, late=LONG_LATE)

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

        self._calls.make("queue", delete, late=LONG_LATE)


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
        self._name = process.name

    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        self._world.outages.publishes(self._name)
        return self._calls.make(
            "publisher",
            lambda: self._accept(records),
            partly=lambda: self._accept_half(records),
            late=LONG_LATE,
        )

    def _accept(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        refused = [record for record in records if self._world.is_away(record.message.topic)]
        if refused and len(refused) == len(records):
            raise QueueUnavailableError("not authorized to publish to this topic")
        accepted = [record for record in records if record not in refused]
        failures = self._publisher.publish(accepted)
        self._world.messages_changed()
        return {**failures, **{record.id: "AuthorizationError" for record in refused}}

    def _accept_half(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        self._accept(records[1::2])
        return {record.id: "InternalError" for record in records[::2]}


class ActingRounds(RoundLock):
    """The locks of rounds, as a server keeps them: until their holder leaves, dies, or is gone."""

    def __init__(self, calls: PortCalls, world: "World") -> None:
        self._calls = calls
        self._world = world

    @contextmanager
    def attempt(self, name: str) -> Iterator[bool]:
        mine = (current_actor(), self._world.scheduler.now)
        is_ours = self._calls.make("database", lambda: self._enter(name, mine))
        try:
            yield is_ours
        finally:
            # Whoever dies leaves nothing tidy behind.
            if not mine[0].is_dead and self._world.rounds.get(name) == mine:
                del self._world.rounds[name]

    def _enter(self, name: str, mine: "tuple[Actor, float]") -> bool:
        held = self._world.rounds.get(name)
        if held is not None and self._is_held(*held):
            self._world.sightings.add("round taken")
            return False
        self._world.rounds[name] = mine
        return True

    def _is_held(self, holder: "Actor", since: float) -> bool:
        is_over = self._world.scheduler.now >= since + LONGEST_ROUND.total_seconds()
        return not (holder.is_dead or is_over)
