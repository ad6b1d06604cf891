"""One message, one look at the record, and the truth about what became of it."""

from datetime import timedelta

import pytest

from application.errors import (
    ContentChangedError,
    DatabaseFullError,
    DependencyError,
    ResourceLimitError,
    StorageFullError,
    StorageUnavailableError,
)
from application.ports.message_queue import Delivery
from application.use_cases.cancel_file import CancelFile
from application.use_cases.claim_file import Claimed, ClaimFile
from application.use_cases.delete_file import DeleteFile
from application.use_cases.file_messages import WorkRequest
from application.use_cases.get_history import GetHistory
from application.use_cases.process_delivery import DeliveryResult
from application.use_cases.reprocess_file import ReprocessFile
from application.use_cases.settle_attempt import SettleAttempt, Settled
from domain.events import FileEventName
from domain.file_state import FileState
from domain.file_status import FileStatus, Outcome
from domain.progress import Progress
from tests.application.conftest import TENANT, Story
from tests.builders import build_fault, build_report
from tests.in_memory_container import ATTEMPT_LIMIT


def terminal_events(story: Story, file: FileState) -> list[FileEventName]:
    history = story.service.get(GetHistory)(TENANT, file.id)
    return [event.name for event in history if event.is_terminal]


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


def test_a_file_under_a_live_lease_is_left_alone_for_the_rest_of_it(story: Story) -> None:
    file = story.upload()
    story.relay()
    delivery = story.receive()
    reports = []

    def interrupt() -> None:
        story.service.engine.before_row = lambda: None
        story.service.clock.advance(100)
        reports.append(story.process(delivery))

    story.service.engine.before_row = interrupt
    story.process(delivery)

    assert [report.result for report in reports] == [DeliveryResult.POSTPONED]
    assert reports[0].reason == "140 s"
    assert terminal_events(story, file) == [FileEventName.COMPLETED]


def test_a_worker_whose_lease_ran_out_is_fenced_off(story: Story) -> None:
    file = story.upload()
    story.relay()
    delivery = story.receive()

    def take_over() -> None:
        story.service.engine.before_row = lambda: None
        story.service.clock.advance(241)
        assert story.process(delivery).result is DeliveryResult.FINISHED

    story.service.engine.before_row = take_over
    late = story.process(delivery)

    assert late.result is DeliveryResult.FENCED
    finished = story.file(file)
    assert finished.attempt == 2
    assert terminal_events(story, file) == [FileEventName.COMPLETED]
    assert all("/1/2/" in result.key for result in finished.results)
    assert [key for key in story.service.storage.keys if "/1/1/" in key] == []


@pytest.mark.parametrize("ending", ["finish", "release", "fail"])
def test_a_late_worker_cannot_end_what_another_one_is_at_work_on(story: Story, ending: str) -> None:
    file = story.upload()
    story.relay()
    request = WorkRequest.parse(story.receive().body)
    claim, settle = story.service.get(ClaimFile), story.service.get(SettleAttempt)
    late = claim(request)
    story.service.clock.advance(241)
    claim(request)
    assert isinstance(late, Claimed)

    endings = {
        "finish": lambda: settle.finish(
            late.file, build_report(), (), progress=Progress(bytes_read=1, rows_read=1), try_until=0
        ),
        "release": lambda: settle.release(late.file, "shutdown", try_until=0),
        "fail": lambda: settle.fail(late.file, build_fault(), try_until=0),
    }
    assert endings[ending]().settled is Settled.FENCED

    assert (story.file(file).status, story.file(file).attempt) == (FileStatus.PROCESSING, 2)


def test_a_worker_that_notices_its_lost_lease_stops_and_writes_nothing(story: Story) -> None:
    file = story.upload()
    story.relay()

    def lose() -> None:
        [(_, lease)] = story.service.lease_keeper.kept
        lease.is_lost = True

    story.service.engine.before_row = lose
    report = story.process()

    assert (report.result, report.reason) == (DeliveryResult.FENCED, "lease_lost")
    assert story.file(file).status is FileStatus.PROCESSING


def test_a_cancelled_file_is_dropped_in_the_middle_of_the_work(story: Story) -> None:
    file = story.upload(b"id\n1\n2\n3\n")
    story.relay()

    def cancel() -> None:
        if story.file(file).status is FileStatus.PROCESSING:
            story.service.get(CancelFile)(TENANT, file.id)
        story.service.clock.advance(1)

    story.service.engine.before_row = cancel
    report = story.process()

    assert (report.result, report.reason) == (DeliveryResult.FENCED, "not_mine")
    assert story.file(file).outcome is Outcome.CANCELLED
    assert terminal_events(story, file) == [FileEventName.CANCELLED]


def test_a_file_deleted_in_the_middle_of_the_work_stays_deleted(story: Story) -> None:
    file = story.upload()
    story.relay()
    story.service.engine.before_row = lambda: story.service.get(DeleteFile)(TENANT, file.id)

    assert story.process().result is DeliveryResult.FENCED
    assert story.service.storage.keys == set()


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
