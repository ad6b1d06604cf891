"""Files whose messages got lost are told of again: patiently, and with the cause."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from adapters.memory.file_storage import MemoryFileStorage
from adapters.memory.message_queue import MemoryMessageQueue
from application.errors import QueueUnavailableError, StorageUnavailableError
from application.ports.file_storage import FileStorage
from application.ports.message_queue import MessageQueue
from application.use_cases.cancel_file import CancelFile
from application.use_cases.delete_file import DeleteFile
from application.use_cases.reconcile import Reconcile
from application.use_cases.reprocess_file import ReprocessFile
from application.use_cases.republish_stranded import PAGE, Republication
from domain.file_state import FileState
from domain.file_status import FileStatus
from domain.stranding import stranded_since
from tests.application.conftest import TENANT, Story
from tests.builders import START, build_file, build_file_state, build_lease


class UnansweringQueue(MemoryMessageQueue):
    """Does not tell how many messages it has."""

    def approximate_size(self) -> int:
        raise QueueUnavailableError("no answer")


class StubbornStorage(MemoryFileStorage):
    """Removes nothing."""

    def delete_below(self, folder: str) -> None:
        raise StorageUnavailableError("no answer")


def lose_message(story: Story) -> None:
    story.relay()
    for delivery in story.service.queue.receive(limit=10, wait_seconds=0):
        story.service.queue.delete(delivery)


def republished(story: Story) -> Sequence[Republication]:
    return story.service.get(Reconcile)().republications


def minutes_until_republished(story: Story) -> int:
    """How long it takes until the file is told of again, whose message is then lost too."""
    for minutes in range(10 * 60):
        if republished(story):
            lose_message(story)
            return minutes
        story.service.clock.advance(60)
    raise AssertionError("nobody ever looked at it again")


def test_each_loss_in_a_row_doubles_the_patience_up_to_six_hours(story: Story) -> None:
    story.upload()
    lose_message(story)

    waits = [minutes_until_republished(story) for _ in range(7)]

    assert waits == [31, 61, 121, 241, 361, 361, 361]


def test_once_a_worker_has_begun_the_patience_is_as_it_was_at_first(story: Story) -> None:
    story.service.engine.errors["outage"] = StorageUnavailableError("no answer")
    story.upload(b"error outage\n")
    lose_message(story)
    for _ in range(3):
        minutes_until_republished(story)
    story.service.clock.advance(8 * 3600)
    assert republished(story)
    story.relay()

    story.process()
    for delivery in story.service.queue.receive(limit=10, wait_seconds=0):
        story.service.queue.delete(delivery)
    story.service.clock.advance(900)
    lose_message(story)

    assert minutes_until_republished(story) <= 31


def test_a_file_that_is_reprocessed_has_the_patience_of_a_new_one(story: Story) -> None:
    file = story.upload()
    lose_message(story)
    for _ in range(3):
        minutes_until_republished(story)
    story.service.get(CancelFile)(TENANT, file.id)

    story.service.get(ReprocessFile)(TENANT, file.id)
    lose_message(story)

    assert minutes_until_republished(story) == 31


def test_a_repair_tells_what_was_found(story: Story) -> None:
    file = story.upload()
    lose_message(story)
    published_at = story.service.clock.now()
    story.service.clock.advance(1801)
    republished(story)
    lose_message(story)
    story.service.clock.advance(3601)

    assert list(republished(story)) == [
        Republication(
            file_id=file.id,
            tenant=TENANT,
            status=FileStatus.PENDING,
            stranded_since=published_at + timedelta(seconds=1801),
            published_at=published_at + timedelta(seconds=1801),
            republications=2,
        )
    ]


def add_unfinished(story: Story, count: int) -> list[FileState]:
    files = [build_file() for _ in range(count)]
    with story.service.units_of_work.for_writing() as work:
        for file in files:
            work.files.add(file)
        work.commit()
    return [file.state for file in files]


@pytest.mark.parametrize("count", [PAGE - 1, PAGE, PAGE + 1, 2 * PAGE + 1])
def test_a_round_goes_on_to_the_last_page(story: Story, count: int) -> None:
    files = add_unfinished(story, count)
    story.service.clock.advance(3600)

    found = republished(story)

    assert [one.file_id for one in found] == [file.id for file in files]
    assert not republished(story)


def test_a_repair_that_fails_keeps_no_other_from_being_made_and_told(story: Story) -> None:
    storage = StubbornStorage()
    story.service.container.register(FileStorage, instance=storage)
    erased, _ = story.upload(), story.upload()
    lose_message(story)
    with pytest.raises(StorageUnavailableError):
        story.service.get(DeleteFile)(TENANT, erased.id)
    story.relay()
    story.service.clock.advance(25 * 3600)

    repairs = story.service.get(Reconcile)()

    assert isinstance(repairs.failure, StorageUnavailableError)
    assert (repairs.republished, repairs.removals, repairs.forgotten) == (1, 0, 3)


def test_a_queue_that_does_not_answer_leaves_the_other_repairs(story: Story) -> None:
    queue = UnansweringQueue(story.service.clock, dead_letters=story.service.dead_letters)
    story.finish(story.upload())
    add_unfinished(story, 1)
    story.relay()
    story.service.container.register(MessageQueue, instance=queue)
    story.service.clock.advance(25 * 3600)

    repairs = story.service.get(Reconcile)()

    assert isinstance(repairs.failure, QueueUnavailableError)
    assert (repairs.republished, repairs.forgotten) == (0, 2)


@pytest.mark.parametrize(
    ("facts", "since"),
    [
        ({}, START),
        ({"updated_at": START + timedelta(hours=1)}, START + timedelta(hours=1)),
        (
            {
                "updated_at": START + timedelta(hours=3),
                "published_at": START + timedelta(hours=2),
            },
            START + timedelta(hours=2),
        ),
        ({"next_attempt_at": START + timedelta(hours=4)}, START + timedelta(hours=4)),
        (
            {"status": FileStatus.PROCESSING, "lease": build_lease(seconds=240)},
            START + timedelta(seconds=240),
        ),
    ],
)
def test_a_file_is_stranded_since_the_last_moment_at_which_something_could_come(
    facts: dict[str, object], since: datetime
) -> None:
    assert stranded_since(build_file_state(**facts)) == since


def crowd(story: Story) -> None:
    """Fills the queue with messages that say nothing of any file that waits."""
    for _ in range(20):
        done = story.upload(b"id\n1\n", name="crowd.csv")
        story.relay()
        story.service.get(CancelFile)(TENANT, done.id)


def test_a_busy_queue_hides_a_lost_message_for_six_hours_and_not_for_ever(story: Story) -> None:
    lost = story.upload()
    lose_message(story)
    crowd(story)

    waits = [minutes_until_republished_of(story, lost) for _ in range(2)]

    assert waits == [361, 361]


def minutes_until_republished_of(story: Story, file: FileState) -> int:
    """How long it takes until that file is told of again, whose message is then lost too."""
    for minutes in range(10 * 60):
        if any(one.file_id == file.id for one in republished(story)):
            story.relay()
            for delivery in story.service.queue.receive(limit=10, wait_seconds=0):
                if str(file.id) in delivery.body:
                    story.service.queue.delete(delivery)
            return minutes
        story.service.clock.advance(60)
    raise AssertionError("nobody ever looked at it again")
