"""Finished files are erased once they were kept long enough, and later even forgotten."""

from datetime import timedelta

import pytest

from application.errors import UnknownFileError
from application.use_cases import erase_outlived
from application.use_cases.cancel_file import CancelFile
from application.use_cases.delete_file import DeleteFile
from application.use_cases.erase_outlived import EraseOutlived
from application.use_cases.get_file import GetFile
from application.use_cases.reconcile import Reconcile, Repairs
from application.use_cases.reprocess_file import ReprocessFile
from application.use_cases.upload_file import UploadDetails
from domain.errors import FileErasedError
from domain.events import FileEvent
from domain.file_state import FileState
from domain.retention_policy import RetentionPolicy
from tests.application.conftest import TENANT, Story

DAY_SECONDS = 24 * 3600
POLICY = RetentionPolicy(finished_files=timedelta(days=30), tombstones=timedelta(days=60))


@pytest.fixture(autouse=True)
def retention(story: Story) -> None:
    story.service.container.register(RetentionPolicy, instance=POLICY)


def reconcile(story: Story, *, days: float = 0) -> Repairs:
    story.service.clock.advance(days * DAY_SECONDS)
    return story.service.get(Reconcile)()


def is_erased(story: Story, file: FileState) -> bool:
    try:
        story.file(file)
    except FileErasedError:
        return True
    return False


def last_event(story: Story, file: FileState) -> FileEvent:
    with story.service.units_of_work.for_reading() as work:
        return work.files.history(TENANT, file.id)[-1]


def test_a_finished_file_is_erased_after_its_time_as_by_its_user(story: Story) -> None:
    file = story.finish(story.upload())

    assert reconcile(story, days=30).outlived == 0
    assert not is_erased(story, file)
    repairs = reconcile(story, days=0.01)

    assert (repairs.outlived, repairs.removals) == (1, 1)
    assert is_erased(story, file)
    assert story.service.storage.keys == set()
    assert last_event(story, file).details == {"actor": "retention"}


def test_whoever_deletes_a_file_is_told_by_its_history(story: Story) -> None:
    file = story.finish(story.upload())

    story.service.get(DeleteFile)(TENANT, file.id)

    assert last_event(story, file).details == {"actor": "user"}


def test_unless_it_was_asked_for_nothing_is_ever_erased(story: Story) -> None:
    story.service.container.register(RetentionPolicy, instance=RetentionPolicy())
    file = story.finish(story.upload())

    assert reconcile(story, days=10_000).outlived == 0

    assert not is_erased(story, file)


def test_a_file_that_never_ended_is_not_erased(story: Story) -> None:
    file = story.upload()

    assert reconcile(story, days=365).outlived == 0

    assert not is_erased(story, file)


def test_a_file_that_is_reprocessed_is_kept_from_its_new_end_on(story: Story) -> None:
    file = story.finish(story.upload())
    story.service.clock.advance(20 * DAY_SECONDS)
    story.finish(story.service.get(ReprocessFile)(TENANT, file.id))

    assert reconcile(story, days=20).outlived == 0
    assert reconcile(story, days=11).outlived == 1


def test_a_file_that_begins_anew_while_it_is_its_turn_is_spared(story: Story) -> None:
    spared, other = (story.finish(story.upload()) for _ in range(2))
    story.service.clock.advance(31 * DAY_SECONDS)
    erasing = EraseOutlived(units_of_work=story.service.units_of_work, policy=POLICY)()

    assert next(erasing) == spared.id
    story.service.get(ReprocessFile)(TENANT, other.id)

    assert list(erasing) == []
    assert not is_erased(story, other)


def test_a_round_erases_no_more_than_it_may_and_the_next_goes_on(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erase_outlived, "ERASE_AT_ONCE", 2)
    files = [story.upload() for _ in range(5)]
    for file in files:
        story.service.get(CancelFile)(TENANT, file.id)
        story.service.clock.advance(1)
    story.service.clock.advance(31 * DAY_SECONDS)

    assert [reconcile(story).outlived for _ in range(4)] == [2, 2, 1, 0]


def test_a_tombstone_answers_for_its_file_until_its_own_time_is_over(story: Story) -> None:
    file = story.finish(story.upload(details=UploadDetails(idempotency_key="order-17")))
    story.service.get(DeleteFile)(TENANT, file.id)
    reconcile(story, days=1)

    reconcile(story, days=58.9)
    assert is_erased(story, file)
    reconcile(story, days=0.2)

    with pytest.raises(UnknownFileError):
        story.service.get(GetFile)(TENANT, file.id)


def test_keys_are_remembered_as_long_as_was_asked_for(story: Story) -> None:
    story.service.container.register(
        RetentionPolicy, instance=RetentionPolicy(idempotency_keys=timedelta(days=2))
    )
    details = UploadDetails(idempotency_key="order-17")
    first = story.upload(details=details)

    reconcile(story, days=2)
    assert story.upload(details=details).id == first.id
    reconcile(story, days=0.1)

    assert story.upload(details=details).id != first.id
