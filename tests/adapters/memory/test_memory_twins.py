"""What the in-memory adapters offer beyond their ports: knobs and windows for tests."""

import pytest

from adapters.memory.event_publisher import MemoryEventPublisher
from adapters.memory.file_storage import MemoryFileStorage
from adapters.memory.manual_clock import START, ManualClock
from adapters.memory.message_queue import MemoryDeadLetterQueue, MemoryMessageQueue
from adapters.memory.seeded_ids import SeededRandomness, SequentialIds
from application.errors import StorageFullError
from application.ports.outbox import OutboxRecord, Topic
from tests.builders import build_message
from tests.contracts.steps import after, put, read


@pytest.mark.parametrize(("is_strict", "left"), [(True, ("1",)), (False, ())])
def test_a_stale_receipt_deletes_in_a_lenient_queue_only(
    is_strict: bool, left: tuple[str, ...]
) -> None:
    clock = ManualClock()
    queue = MemoryMessageQueue(
        clock, dead_letters=MemoryDeadLetterQueue(clock), is_strict=is_strict
    )
    queue.put("1")
    [stale] = queue.receive(limit=1, wait_seconds=0)
    clock.advance(300)
    queue.receive(limit=1, wait_seconds=0)

    queue.delete(stale)

    assert queue.bodies == left


def test_events_of_files_are_kept_for_tests_to_read() -> None:
    clock = ManualClock()
    queue = MemoryMessageQueue(clock, dead_letters=MemoryDeadLetterQueue(clock))
    publisher = MemoryEventPublisher(queue)
    work, event = build_message(), build_message(topic=Topic.FILE_EVENTS)

    publisher.publish(
        [OutboxRecord(id=1, message=work, tries=0), OutboxRecord(id=2, message=event, tries=0)]
    )

    assert publisher.published == [event]
    assert queue.bodies == (work.body,)


def test_a_full_storage_refuses_content_and_recovers_when_there_is_room() -> None:
    storage = MemoryFileStorage(capacity_bytes=10)
    put(storage, "a", b"123456")

    with pytest.raises(StorageFullError):
        put(storage, "b", b"12345")
    assert storage.keys == {"a"}

    storage.delete("a")
    put(storage, "b", b"12345")
    assert read(storage, "b") == b"12345"


def test_the_same_seed_makes_the_same_ids_and_numbers_and_another_seed_others() -> None:
    first, again, other = SequentialIds(1), SequentialIds(1), SequentialIds(2)
    assert [first.new_id() for _ in range(3)] == [again.new_id() for _ in range(3)]
    assert first.new_id() != other.new_id()

    assert SeededRandomness(1).uniform(1) == SeededRandomness(1).uniform(1)
    assert SeededRandomness(1).uniform(1) != SeededRandomness(2).uniform(1)


def test_time_moves_by_hand_and_never_back() -> None:
    clock = ManualClock()

    clock.advance(1.5)
    clock.sleep(0.5)

    assert clock.now() == after(2)
    assert clock.now() - START == after(2) - START
    assert clock.monotonic() == 2
    with pytest.raises(ValueError, match="back"):
        clock.advance(-1)
