"""One message, one look at the record, and the truth about what became of it."""

from datetime import timedelta

import pytest

from application.ports.message_queue import Delivery
from application.use_cases.process_delivery import DeliveryResult
from application.use_cases.reprocess_file import ReprocessFile
from domain.file_status import FileStatus, Outcome
from domain.progress import Progress
from tests.application.conftest import TENANT, Story


def test_a_good_file_is_completed_and_its_message_deleted(story: Story) -> None:
    file = story.finish(story.upload(b"id\n1\n"))

    assert (file.status, file.outcome) == (FileStatus.COMPLETED, Outcome.CLEAN)
    assert [result.name for result in file.results] == ["clean.csv", "report.json"]
    assert file.results[0].key == f"results/{file.id}/1/1/clean.csv"
    assert b"".join(story.service.storage.open(file.results[0].key)) == b"id\n1\n"
    assert story.queue_is_empty()
    story.relay()
    assert [message.topic for message in story.service.publisher.published] == ["file-events"]


def test_bad_content_is_rejected_at_once_and_never_retried(story: Story) -> None:
    file = story.finish(story.upload(b"id\nreject\n"))

    assert (file.status, file.outcome) == (FileStatus.FAILED, Outcome.REJECTED)
    assert [result.name for result in file.results] == ["report.json"]
    assert story.queue_is_empty()


def test_a_second_delivery_of_a_finished_file_changes_nothing(story: Story) -> None:
    file = story.upload()
    story.relay()
    delivery = story.receive()
    story.process(delivery)
    finished = story.file(file)

    report = story.process(delivery)

    assert report.result is DeliveryResult.DROPPED
    assert story.file(file) == finished


def test_a_message_of_an_older_generation_is_deleted(story: Story) -> None:
    file = story.upload()
    story.relay()
    old = story.receive()
    story.process(old)
    story.service.get(ReprocessFile)(TENANT, file.id)

    assert story.process(old).reason == "outdated"
    assert story.file(file).status is FileStatus.PENDING
    assert story.finish(file).generation == 2


def test_a_shutdown_gives_the_file_back_at_no_cost(story: Story) -> None:
    file = story.upload()
    story.relay()

    report = story.process(is_shutting_down=True)

    released = story.file(file)
    assert report.result is DeliveryResult.RELEASED
    assert (released.status, released.failures, released.starts) == (FileStatus.PENDING, 0, 0)
    assert story.queue_is_empty()
    assert story.finish(file).outcome is Outcome.CLEAN


def test_ten_shutdowns_during_one_file_do_not_exhaust_it(story: Story) -> None:
    file = story.upload()
    for _ in range(10):
        story.relay()
        assert story.process(is_shutting_down=True).result is DeliveryResult.RELEASED

    assert story.finish(file).outcome is Outcome.CLEAN


def test_progress_is_reported_while_the_work_goes_on(story: Story) -> None:
    file = story.upload(b"id\n1\n2\n3\n")
    story.relay()
    seen: list[tuple[int, int]] = []

    def look() -> None:
        story.service.clock.advance(0.6)
        state = story.file(file)
        seen.append((state.progress.rows_read, state.version))

    story.service.engine.before_row = look
    story.process()

    assert [rows for rows, _ in seen] == [0, 0, 2, 2]
    assert len({version for _, version in seen}) == 1


@pytest.mark.parametrize("content", [b"id\n1\n2\n", b"id\nreject\n2\n"])
def test_the_last_progress_is_kept_with_the_end_however_short_the_work_was(
    story: Story, content: bytes
) -> None:
    file = story.finish(story.upload(content))

    assert file.is_final
    assert file.progress == Progress(bytes_read=3, rows_read=3)


def test_a_retried_file_is_not_started_before_it_is_due(story: Story) -> None:
    story.service.engine.errors["bug"] = RuntimeError("boom")
    file = story.upload(b"id\nerror bug\n")
    story.relay()
    delivery: Delivery = story.receive()
    story.process(delivery)
    wait = story.file(file).next_attempt_at - story.service.clock.now()

    report = story.process(delivery)

    assert report.result is DeliveryResult.POSTPONED
    assert report.reason == f"{int(wait / timedelta(seconds=1)) + 1} s"
