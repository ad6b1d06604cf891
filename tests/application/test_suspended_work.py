"""Work that is given back because something it takes is away."""

from application.errors import ResourceLimitError, StorageUnavailableError
from application.use_cases.probe_storage import NOTHING_KEY, ProbeStorage
from application.use_cases.process_delivery import DeliveryResult
from domain.file_status import FileStatus, Outcome
from tests.application.conftest import Story


def check_released_at_no_cost(story: Story) -> None:
    [event] = (it for it in story.service.events if it.name == "file_released")
    assert event.details["reason"] == "breaker_open"
    assert story.queue_is_empty()


def test_work_is_given_back_at_no_cost(story: Story) -> None:
    file = story.upload(b"id\n1\n2\n")
    story.relay()

    report = story.process(is_suspended=lambda: True)

    released = story.file(file)
    assert report.result is DeliveryResult.RELEASED
    assert (released.status, released.retries, released.starts) == (FileStatus.PENDING, 0, 0)
    check_released_at_no_cost(story)
    assert story.finish(file).outcome is Outcome.CLEAN


def test_work_that_fails_by_what_is_away_is_tried_again_after_a_pause(story: Story) -> None:
    # The engine asks before the row that fails, and is told that all is well.
    answers = iter([False])
    story.service.engine.errors["outage"] = StorageUnavailableError("connection refused")
    file = story.upload(b"error outage\n")
    story.relay()

    report = story.process(is_suspended=lambda: next(answers, True))

    waiting = story.file(file)
    assert report.result is DeliveryResult.RETRIED
    assert (waiting.retries, waiting.failures) == (1, 0)
    assert waiting.next_attempt_at is not None
    assert waiting.next_attempt_at > waiting.updated_at


def test_a_defect_is_one_while_something_is_away_too(story: Story) -> None:
    answers = iter([False])
    story.service.engine.errors["swells"] = ResourceLimitError("too much memory")
    file = story.upload(b"error swells\n")
    story.relay()

    report = story.process(is_suspended=lambda: next(answers, True))

    assert report.result is DeliveryResult.RETRIED
    assert story.file(file).failures == 1


def test_work_that_was_told_to_stop_is_given_back_although_all_is_well_again(
    story: Story,
) -> None:
    answers = iter([True])
    file = story.upload(b"id\n1\n")
    story.relay()

    report = story.process(is_suspended=lambda: next(answers, False))

    assert report.result is DeliveryResult.RELEASED
    assert story.file(file).failures == 0


def test_work_whose_results_are_all_stored_is_finished(story: Story) -> None:
    file = story.upload(b"id\n")
    story.relay()
    answers = iter([False])

    report = story.process(is_suspended=lambda: next(answers, True))

    assert report.result is DeliveryResult.FINISHED
    assert story.file(file).outcome is Outcome.CLEAN


def test_the_storage_is_probed_with_no_file_and_nothing_is_left(story: Story) -> None:
    before = story.service.storage.keys

    story.service.get(ProbeStorage)()

    assert story.service.storage.keys == before
    assert NOTHING_KEY not in before
