"""What most contracts do on the way: one committed transaction each, or a whole object."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta

from application.ports.file_storage import FileStorage
from application.ports.message_queue import Delivery
from application.ports.outbox import ALL_TOPICS, OutboxRecord, OutgoingMessage, Topic
from application.ports.unit_of_work import UnitOfWork
from domain.events import FileEvent
from domain.file import File
from domain.file_state import FileState
from tests.builders import START, build_file, build_lease, build_message
from tests.contracts.worlds import MAX_RECEIVES, VISIBILITY_SECONDS, World


def after(seconds: float) -> datetime:
    """That many seconds after START."""
    return START + timedelta(seconds=seconds)


def add_files(world: World, *files: File) -> None:
    with world.units_of_work.for_writing() as work:
        for file in files:
            work.files.add(file)
        work.commit()


def add_messages(world: World, *messages: OutgoingMessage) -> None:
    with world.units_of_work.for_writing() as work:
        for message in messages:
            work.outbox.add(message)
        work.commit()


def stored(world: World, file: File) -> FileState:
    with world.units_of_work.for_reading() as work:
        return work.files.get(file.state.tenant, file.id).state


def history(world: World, file: File) -> list[FileEvent]:
    with world.units_of_work.for_reading() as work:
        return list(work.files.history(file.state.tenant, file.id))


def move(world: World, file: File, change: Callable[[File], None]) -> FileState:
    """Loads the file under lock, changes, saves and commits it; returns what was saved."""
    with world.units_of_work.for_writing() as work:
        loaded = work.files.lock(file.state.tenant, file.id)
        change(loaded)
        work.files.save(loaded)
        work.commit()
    return loaded.state


def add_started_file(world: World, *, owner: str = "worker-1", lease_seconds: float = 240) -> File:
    """A file in PROCESSING since START, in its first attempt."""
    file = build_file()
    file.start(build_lease(owner, seconds=lease_seconds), at=START)
    add_files(world, file)
    return file


def claim(
    world: World,
    *,
    owner: str = "relay-1",
    limit: int = 10,
    at: datetime = START,
    seconds: float = 60,
    topics: Collection[Topic] = ALL_TOPICS,
) -> Sequence[OutboxRecord]:
    with world.units_of_work.for_writing() as work:
        until = at + timedelta(seconds=seconds)
        records = work.outbox.claim(owner=owner, limit=limit, at=at, until=until, topics=topics)
        work.commit()
    return records


def in_transaction(world: World, change: Callable[[UnitOfWork], object]) -> None:
    with world.units_of_work.for_writing() as work:
        change(work)
        work.commit()


def publish(world: World, *bodies: str) -> Mapping[int, str]:
    """Publishes work messages with these bodies, and returns which of them failed."""
    records = []
    for number, body in enumerate(bodies, start=1):
        records.append(OutboxRecord(id=number, message=build_message(body=body), tries=0))
    failed: dict[int, str] = {}
    for start in range(0, len(records), 10):
        failed |= world.publisher.publish(records[start : start + 10])
    return failed


def receive(world: World, limit: int = 10) -> Sequence[Delivery]:
    return world.queue.receive(limit=limit, wait_seconds=0)


def dead_bodies(world: World) -> list[str]:
    return [delivery.body for delivery in world.dead_letter_queue.receive(limit=10)]


def spend(world: World) -> None:
    """Receives all messages as often as the queue allows, and lets them fall due again."""
    for _ in range(MAX_RECEIVES):
        receive(world)
        world.clock.advance(VISIBILITY_SECONDS)


def put(storage: FileStorage, key: str, content: bytes) -> str:
    """Stores an object, and returns its ETag."""
    with storage.create(key, media_type="text/csv") as writer:
        writer.write(content)
        return writer.commit()


def read(
    storage: FileStorage,
    key: str,
    *,
    etag: str | None = None,
    start: int = 0,
    length: int | None = None,
) -> bytes:
    with closing(storage.open(key, etag=etag, start=start, length=length)) as chunks:
        return b"".join(chunks)
