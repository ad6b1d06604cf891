"""An upload is accepted whole, or not at all."""

import hashlib
from collections.abc import Iterator
from uuid import UUID

import pytest

from adapters.memory.file_storage import MemoryFileStorage
from adapters.memory.unit_of_work import MemoryUnitOfWork, MemoryUnitOfWorkFactory
from application.errors import (
    AmbiguousCommitError,
    DatabaseUnavailableError,
    DigestMismatchError,
    IdempotencyKeyReusedError,
    UnknownParentError,
    UnknownSchemaError,
)
from application.ports.file_storage import FileStorage
from application.use_cases.delete_file import DeleteFile
from application.use_cases.register_schema import RegisterSchema
from application.use_cases.upload_file import UploadDetails, UploadFile
from domain.collection_policy import LONGEST_UNRECORDED
from domain.errors import (
    ContentTooOldError,
    EmptyFileError,
    FileErasedError,
    FileTooLargeError,
    FileTypeMismatchError,
    InvalidFileNameError,
    UnsupportedFileTypeError,
    UploadTooSlowError,
)
from domain.events import FileEventName
from domain.file_state import SchemaReference
from domain.file_status import FileStatus
from domain.processing_options import OnError, ProcessingOptions
from domain.upload_policy import UploadPolicy
from tests.application.conftest import TENANT, Story

CONTENT = b"id,name\n1,Ada\n"
SCHEMA = {"fields": [{"name": "id", "type": "integer"}]}


def test_an_accepted_file_is_pending_stored_and_on_its_way(story: Story) -> None:
    file = story.upload(CONTENT, name="../people list.csv")

    assert (file.status, file.attempt, file.generation) == (FileStatus.PENDING, 0, 1)
    assert file.original_name == "people list.csv"
    assert file.key == f"uploads/{file.id}/people_list.csv"
    assert (file.size_bytes, file.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert b"".join(story.service.storage.open(file.key, etag=file.etag)) == CONTENT
    assert [event.name for event in story.service.events] == [FileEventName.RECEIVED]
    assert story.relay() == 1


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (b"", "people.csv", EmptyFileError),
        (b"\xef\xbb\xbf \n", "people.csv", EmptyFileError),
        (b"id\n" + b"x" * 998, "people.csv", FileTooLargeError),
        (b"MZ\x00", "run.exe", UnsupportedFileTypeError),
        (b"id\n1\n", "people.json", FileTypeMismatchError),
        (b'[{"id": 1}]', "people.csv", FileTypeMismatchError),
        (b"id\n1\n", "people\x00.csv", InvalidFileNameError),
    ],
)
def test_a_refused_file_leaves_nothing_behind(
    story: Story, content: bytes, name: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        story.upload(content, name=name)

    assert story.service.storage.keys == set()
    assert story.relay() == 0


def test_the_last_allowed_byte_is_accepted(story: Story) -> None:
    assert story.upload(b"id\n" + b"x" * 997).size_bytes == 1000


def test_a_caller_that_goes_away_leaves_nothing_behind(story: Story) -> None:
    def chunks() -> Iterator[bytes]:
        yield CONTENT
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        story.service.get(UploadFile)(
            TENANT, name="people.csv", chunks=chunks(), details=UploadDetails
        )

    assert story.service.storage.keys == set()


def test_form_fields_that_turn_out_wrong_at_the_end_leave_nothing_behind(story: Story) -> None:
    def details() -> UploadDetails:
        raise ValueError("an unknown field")

    with pytest.raises(ValueError, match="unknown field"):
        story.service.get(UploadFile)(TENANT, name="people.csv", chunks=[CONTENT], details=details)

    assert story.service.storage.keys == set()


@pytest.mark.parametrize(
    ("details", "error"),
    [
        (UploadDetails(schema="people"), UnknownSchemaError),
        (UploadDetails(schema="people@x"), UnknownSchemaError),
        (UploadDetails(sha256="0" * 64), DigestMismatchError),
        (UploadDetails(parent_id=UUID(int=7)), UnknownParentError),
    ],
)
def test_a_file_that_refers_to_what_is_not_there_is_refused(
    story: Story, details: UploadDetails, error: type[Exception]
) -> None:
    with pytest.raises(error):
        story.upload(CONTENT, details=details)

    assert story.service.storage.keys == set()


def test_a_file_pins_the_latest_version_of_its_schema(story: Story) -> None:
    register = story.service.get(RegisterSchema)
    register(TENANT, "people", SCHEMA)
    file = story.upload(CONTENT, details=UploadDetails(schema="people"))
    register(TENANT, "people", {"fields": [{"name": "id", "type": "string"}]})

    assert story.file(file).schema == SchemaReference(name="people", version=1)
    newer = story.upload(CONTENT, details=UploadDetails(schema="people"))
    assert newer.schema == SchemaReference(name="people", version=2)
    older = story.upload(CONTENT, details=UploadDetails(schema="people@1"))
    assert older.schema == SchemaReference(name="people", version=1)


def test_a_repeated_request_gets_the_file_as_it_is_now(story: Story) -> None:
    details = UploadDetails(idempotency_key="order-17")
    first = story.upload(CONTENT, details=details)
    finished = story.finish(first)

    receipt = story.service.get(UploadFile)(
        TENANT, name="people.csv", chunks=[CONTENT], details=lambda: details
    )

    assert receipt.is_replay
    assert receipt.file == finished
    uploads = [key for key in story.service.storage.keys if key.startswith("uploads/")]
    assert uploads == [first.key]
    assert story.queue_is_empty()


@pytest.mark.parametrize(
    ("content", "name", "options"),
    [
        (b"id,name\n2,Bob\n", "people.csv", ProcessingOptions()),
        (CONTENT, "others.csv", ProcessingOptions()),
        (CONTENT, "people.csv", ProcessingOptions(on_error=OnError.REJECT_FILE)),
    ],
)
def test_a_key_cannot_stand_for_another_request(
    story: Story, content: bytes, name: str, options: ProcessingOptions
) -> None:
    first = story.upload(CONTENT, details=UploadDetails(idempotency_key="order-17"))

    with pytest.raises(IdempotencyKeyReusedError):
        story.upload(
            content,
            name=name,
            details=UploadDetails(idempotency_key="order-17", options=options),
        )

    assert story.service.storage.keys == {first.key}


def test_the_key_of_a_deleted_file_says_so(story: Story) -> None:
    details = UploadDetails(idempotency_key="order-17")
    file = story.upload(CONTENT, details=details)
    story.service.get(DeleteFile)(TENANT, file.id)

    with pytest.raises(FileErasedError):
        story.upload(CONTENT, details=details)


class _FailingCommit(MemoryUnitOfWork):
    """Commits, or not, and then fails."""

    def commit(self) -> None:
        factory = self.factory
        if factory.commits_first:
            super().commit()
        if factory.error is not None:
            raise factory.error

    factory: "_FailingFactory"


class _FailingFactory(MemoryUnitOfWorkFactory):
    error: Exception | None = None
    commits_first = True

    def for_writing(self) -> MemoryUnitOfWork:
        work = super().for_writing()
        work.__class__ = _FailingCommit
        work.factory = self  # type: ignore[attr-defined]
        return work


@pytest.fixture
def failing(story: Story) -> _FailingFactory:
    factory = story.service.units_of_work
    factory.__class__ = _FailingFactory
    assert isinstance(factory, _FailingFactory)
    return factory


def test_a_commit_that_failed_leaves_no_content_behind(
    story: Story, failing: _FailingFactory
) -> None:
    failing.error, failing.commits_first = DatabaseUnavailableError("locked"), False

    with pytest.raises(DatabaseUnavailableError):
        story.upload(CONTENT)

    assert story.service.storage.keys == set()


def test_a_commit_that_happened_without_an_answer_is_found(
    story: Story, failing: _FailingFactory
) -> None:
    failing.error = AmbiguousCommitError("connection lost")

    file = story.upload(CONTENT)

    assert story.file(file).status is FileStatus.PENDING


def test_content_is_kept_while_nobody_knows_whether_the_file_was_accepted(
    story: Story, failing: _FailingFactory
) -> None:
    failing.error, failing.commits_first = AmbiguousCommitError("connection lost"), False

    with pytest.raises(AmbiguousCommitError):
        story.upload(CONTENT)

    assert len(story.service.storage.keys) == 1


def test_the_policy_of_the_operator_decides_the_size(story: Story) -> None:
    story.service.container.register(UploadPolicy, instance=UploadPolicy(max_bytes=3))

    with pytest.raises(FileTooLargeError, match="3 bytes"):
        story.upload(b"id\n1\n")


def test_an_upload_that_drips_is_refused_in_time_and_leaves_nothing(story: Story) -> None:
    taken = 0

    def drops() -> Iterator[bytes]:
        nonlocal taken
        yield b"id\n"
        for _ in range(100):
            story.service.clock.advance(600)
            taken += 1
            yield b"1\n"

    with pytest.raises(UploadTooSlowError, match="3600 seconds"):
        story.service.get(UploadFile)(TENANT, name="a.csv", chunks=drops(), details=UploadDetails)

    assert taken == 7
    assert story.service.storage.keys == set()
    assert story.relay() == 0


def test_fields_that_drip_in_after_the_file_are_refused_too(story: Story) -> None:
    def details() -> UploadDetails:
        story.service.clock.advance(3601)
        return UploadDetails()

    with pytest.raises(UploadTooSlowError):
        story.service.get(UploadFile)(TENANT, name="a.csv", chunks=[CONTENT], details=details)

    assert story.service.storage.keys == set()


class _StillStandingStorage(MemoryFileStorage):
    """The process stands still for a while between the content and its record."""

    def __init__(self, story: Story, seconds: float) -> None:
        super().__init__(clock=story.service.clock)
        self._story = story
        self._seconds = seconds

    def put(self, key: str, content: bytes, media_type: str) -> str:
        etag = super().put(key, content, media_type)
        self._story.service.clock.advance(self._seconds)
        return etag


def test_content_that_waited_half_a_day_for_its_record_is_given_up(story: Story) -> None:
    stalled = _StillStandingStorage(story, LONGEST_UNRECORDED.total_seconds() + 1)
    story.service.container.register(FileStorage, instance=stalled)

    with pytest.raises(ContentTooOldError, match="send it again"):
        story.upload(CONTENT)

    assert stalled.keys == set()
    assert story.relay() == 0


def test_a_replay_is_answered_however_long_it_stood_still(story: Story) -> None:
    details = UploadDetails(idempotency_key="k")
    first = story.upload(CONTENT, details=details)
    stalled = _StillStandingStorage(story, 30 * 3600)
    story.service.container.register(FileStorage, instance=stalled)

    assert story.upload(CONTENT, details=details).id == first.id

    assert stalled.keys == set()


def test_content_that_waited_for_less_is_recorded(story: Story) -> None:
    stalled = _StillStandingStorage(story, LONGEST_UNRECORDED.total_seconds())
    story.service.container.register(FileStorage, instance=stalled)

    file = story.upload(CONTENT)

    assert stalled.keys == {file.key}
