"""What went wrong in an attempt says whether there is another, and when."""

import pytest

from application.errors import (
    ContentChangedError,
    DatabaseFullError,
    DependencyError,
    ResourceLimitError,
    StorageFullError,
    StorageUnavailableError,
)
from application.use_cases.process_delivery import DeliveryResult
from domain.file_status import FileStatus, Outcome
from tests.application.conftest import Story
from tests.in_memory_container import ATTEMPT_LIMIT


def test_a_defect_is_retried_with_backoff_and_buried_the_third_time(story: Story) -> None:
    story.service.engine.errors["bug"] = RuntimeError("boom")
    file = story.upload(b"id\nerror bug\n")
    story.relay()

    results = []
    for failures in (1, 2):
        results.append(story.process().result)
        waiting = story.file(file)
        assert (waiting.status, waiting.failures) == (FileStatus.PENDING, failures)
        assert waiting.error_code == "internal_error"
        assert story.service.queue.receive(limit=10, wait_seconds=0) == []
        wait = waiting.next_attempt_at - story.service.clock.now()
        story.service.clock.advance(wait.total_seconds())
    results.append(story.process().result)

    assert results == [DeliveryResult.RETRIED, DeliveryResult.RETRIED, DeliveryResult.BURIED]
    buried = story.file(file)
    assert (buried.status, buried.outcome) == (FileStatus.FAILED, Outcome.DEAD_LETTERED)
    assert (buried.failures, buried.error_code) == (3, "internal_error")
    assert "boom" not in str(buried.error_message)


def test_an_attempt_that_takes_too_long_has_failed_and_the_third_is_the_last(
    story: Story,
) -> None:
    def dawdle() -> None:
        # The heartbeat keeps the lease all the while; here, nobody else asks for the file.
        story.service.clock.advance(ATTEMPT_LIMIT.total_seconds())

    story.service.engine.before_row = dawdle
    file = story.upload()
    story.relay()

    reports = []
    for _ in range(3):
        reports.append(story.process())
        story.service.clock.advance(1000)

    assert [report.result for report in reports] == ["retried", "retried", "buried"]
    assert "3600 s" in str(reports[0].error)
    buried = story.file(file)
    assert (buried.failures, buried.error_code) == (3, "resource_limit")
    assert story.service.storage.keys == {file.key}


def test_an_attempt_that_takes_long_but_not_too_long_is_finished(story: Story) -> None:
    story.service.engine.before_row = lambda: story.service.clock.advance(1799)

    assert story.finish(story.upload(b"id\n1\n")).outcome is Outcome.CLEAN


def test_a_buried_files_message_ends_in_the_dead_letter_queue(story: Story) -> None:
    story.service.engine.errors["limit"] = ResourceLimitError("out of memory")
    file = story.upload(b"id\nerror limit\n")
    story.relay()
    for _ in range(3):
        story.process()
        story.service.clock.advance(1000)

    assert story.service.queue.receive(limit=10, wait_seconds=0) == []
    assert len(story.service.dead_letters.receive(limit=10)) == 1
    assert story.file(file).error_code == "resource_limit"


def test_a_buried_files_message_is_never_deleted_but_shown_at_once(story: Story) -> None:
    file = story.upload()
    story.service.storage.delete(file.key)
    story.relay()
    story.process()

    assert story.process().result is DeliveryResult.DEAD_LETTERED

    assert len(story.service.queue.receive(limit=10, wait_seconds=0)) == 1


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (
            StorageUnavailableError("/secret timed out"),
            "dependency_unavailable",
            "a part of the service was not available",
        ),
        (StorageFullError("/secret"), "storage_full", "there was no room left"),
        (DatabaseFullError("/secret"), "database_full", "there was no room left"),
    ],
)
def test_a_dependency_that_is_away_or_full_costs_no_failure(
    story: Story, error: DependencyError, code: str, message: str
) -> None:
    story.service.engine.errors["outage"] = error
    file = story.upload(b"id\nerror outage\n")
    story.relay()

    assert story.process().result is DeliveryResult.RETRIED

    waiting = story.file(file)
    assert (waiting.failures, waiting.retries) == (0, 1)
    assert (waiting.error_code, waiting.error_message) == (code, message)


def test_content_that_is_gone_ends_the_file_at_once(story: Story) -> None:
    file = story.upload()
    story.service.storage.delete(file.key)
    story.relay()

    assert story.process().result is DeliveryResult.BURIED
    assert story.file(file).error_code == "input_missing"


def test_content_that_was_replaced_ends_the_file_at_once(story: Story) -> None:
    file = story.upload()
    with story.service.storage.create(file.key, media_type="text/csv") as writer:
        writer.write(b"id\n666\n")
        writer.commit()
    story.relay()

    assert story.process().result is DeliveryResult.BURIED
    assert story.file(file).error_code == ContentChangedError.code


def test_a_worker_killed_six_times_over_one_file_is_the_end_of_it(story: Story) -> None:
    class Killed(BaseException):
        """The process is gone: nothing after this line runs."""

    def die() -> None:
        raise Killed

    story.service.engine.before_row = die
    file = story.upload()
    story.relay()
    delivery = story.receive()
    for _ in range(6):
        with pytest.raises(Killed):
            story.process(delivery)
        story.service.clock.advance(241)

    assert story.process(delivery).result is DeliveryResult.DEAD_LETTERED
    buried = story.file(file)
    assert (buried.outcome, buried.error_code) == (Outcome.DEAD_LETTERED, "worker_crash_loop")
