"""A deleted file leaves nothing, whatever was away or died meanwhile."""

from datetime import timedelta

import pytest

from adapters.memory.file_storage import MemoryFileStorage
from application.errors import (
    ApplicationError,
    ConfigurationError,
    StorageUnavailableError,
)
from application.ports.file_storage import FileStorage
from application.use_cases.delete_file import DeleteFile
from application.use_cases.get_file import GetFile
from application.use_cases.reconcile import Reconcile
from application.use_cases.reprocess_file import ReprocessFile
from application.use_cases.upload_file import UploadDetails
from domain.errors import FileErasedError
from domain.file_state import FileState
from domain.file_status import Outcome
from tests.application.conftest import TENANT, Story

HOUR_SECONDS = 3600


class AwayStorage(MemoryFileStorage):
    """Removes nothing while it is away, or below a folder that it refuses to touch."""

    def __init__(self) -> None:
        super().__init__()
        self.error: ApplicationError | None = None
        self.refused = ""

    def delete(self, key: str) -> None:
        if self.error is not None:
            raise self.error
        super().delete(key)

    def delete_below(self, folder: str) -> None:
        if self.error is not None and self.refused in folder:
            raise self.error
        super().delete_below(folder)


@pytest.fixture
def storage(story: Story) -> AwayStorage:
    away = AwayStorage()
    story.service.storage = away
    story.service.container.register(FileStorage, instance=away)
    return away


def delete(story: Story, file: FileState) -> None:
    story.service.get(DeleteFile)(TENANT, file.id)


def reprocessed(story: Story) -> FileState:
    file = story.finish(story.upload())
    return story.finish(story.service.get(ReprocessFile)(TENANT, file.id))


def put_late(story: Story, file: FileState) -> None:
    """Stores a result as a worker does that has not heard of the deletion."""
    key = f"results/{file.id}/1/1/clean.csv"
    with story.service.storage.create(key, media_type="text/csv") as writer:
        writer.commit()


def test_the_results_of_older_generations_go_too(story: Story) -> None:
    file = reprocessed(story)
    assert any("/1/1/" in key for key in story.service.storage.keys)

    delete(story, file)

    assert story.service.storage.keys == set()


def test_another_files_bytes_stay(story: Story) -> None:
    other = story.finish(story.upload())
    kept = story.service.storage.keys

    delete(story, story.finish(story.upload()))

    assert story.service.storage.keys == kept
    assert story.file(other) == other


@pytest.mark.parametrize(
    "error", [StorageUnavailableError("no answer"), ConfigurationError("storage", "denied")]
)
def test_a_storage_that_is_away_is_told_and_the_file_is_gone_all_the_same(
    story: Story, storage: AwayStorage, error: ApplicationError
) -> None:
    file = story.finish(story.upload())
    storage.error = error

    with pytest.raises(type(error)):
        delete(story, file)

    with pytest.raises(FileErasedError):
        story.service.get(GetFile)(TENANT, file.id)


def test_deleting_again_removes_what_an_outage_left(story: Story, storage: AwayStorage) -> None:
    file = story.finish(story.upload())
    storage.error = StorageUnavailableError("no answer")
    with pytest.raises(StorageUnavailableError):
        delete(story, file)
    assert storage.keys

    storage.error = None
    delete(story, file)

    assert storage.keys == set()
    assert len([event for event in story.service.events if event.is_terminal]) == 1


def test_what_nobody_deletes_again_the_reconciler_removes(
    story: Story, storage: AwayStorage
) -> None:
    file = story.finish(story.upload())
    storage.error = StorageUnavailableError("no answer")
    with pytest.raises(StorageUnavailableError):
        delete(story, file)
    storage.error = None

    assert story.service.get(Reconcile)().removals == 1

    assert storage.keys == set()


def test_what_a_late_worker_stored_goes_when_no_late_worker_can_be_left(story: Story) -> None:
    file = story.finish(story.upload())
    delete(story, file)
    put_late(story, file)

    assert story.service.get(Reconcile)().removals == 0
    story.service.clock.advance(HOUR_SECONDS)
    assert story.service.get(Reconcile)().removals == 1

    assert story.service.storage.keys == set()


def test_a_file_is_removed_a_last_time_and_then_never_again(story: Story) -> None:
    delete(story, story.finish(story.upload()))
    story.service.clock.advance(HOUR_SECONDS)
    story.service.get(Reconcile)()
    story.service.clock.advance(100 * HOUR_SECONDS)

    assert story.service.get(Reconcile)().removals == 0


def test_one_file_that_cannot_be_removed_does_not_stand_in_the_others_way(
    story: Story, storage: AwayStorage
) -> None:
    files = [story.finish(story.upload()) for _ in range(3)]
    storage.error = ConfigurationError("storage", "denied")
    for file in files:
        with pytest.raises(ConfigurationError):
            delete(story, file)
    storage.refused = str(files[0].id)

    assert isinstance(story.service.get(Reconcile)().failure, ConfigurationError)
    assert story.service.get(Reconcile)().removals == 2

    assert all(str(files[0].id) in key for key in storage.keys)
    storage.error = None
    story.service.clock.advance(timedelta(minutes=10).total_seconds())
    assert story.service.get(Reconcile)().removals == 1
    assert storage.keys == set()


def test_no_message_that_waits_names_a_deleted_file(story: Story) -> None:
    file = story.upload(name="wages.csv")

    delete(story, file)

    tables = story.service.units_of_work.for_reading()
    with tables as work:
        now = work.now()
    with story.service.units_of_work.for_writing() as work:
        waiting = work.outbox.claim(owner="looker", limit=10, at=now, until=now)
    assert [record.message.topic for record in waiting] == ["file-events"]
    assert "wages" not in waiting[0].message.body


def test_a_deletion_is_told_to_subscribers_once(story: Story) -> None:
    delete(story, story.upload())
    story.relay()

    assert len(story.service.publisher.published) == 1
    assert story.queue_is_empty()


def test_an_upload_is_answered_although_its_second_copy_cannot_be_removed(
    story: Story, storage: AwayStorage
) -> None:
    details = UploadDetails(idempotency_key="order-17")
    first = story.upload(details=details)
    storage.error = ConfigurationError("storage", "denied")

    assert story.upload(details=details) == first
    assert story.finish(first).outcome is Outcome.CLEAN
