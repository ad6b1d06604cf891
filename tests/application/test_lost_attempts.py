"""A worker that no longer holds its file ends nothing and leaves nothing behind."""

import pytest

from application.use_cases.cancel_file import CancelFile
from application.use_cases.claim_file import Claimed, ClaimFile
from application.use_cases.delete_file import DeleteFile
from application.use_cases.file_messages import WorkRequest
from application.use_cases.get_history import GetHistory
from application.use_cases.process_delivery import DeliveryResult
from application.use_cases.settle_attempt import SettleAttempt, Settled
from domain.events import FileEventName
from domain.file_state import FileState
from domain.file_status import FileStatus, Outcome
from domain.progress import Progress
from tests.application.conftest import TENANT, Story
from tests.builders import build_fault, build_report


def terminal_events(story: Story, file: FileState) -> list[FileEventName]:
    history = story.service.get(GetHistory)(TENANT, file.id)
    return [event.name for event in history if event.is_terminal]


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
