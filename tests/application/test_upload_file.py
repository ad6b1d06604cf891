"""An upload is accepted whole, or not at all."""

import hashlib
from collections.abc import Iterator
from uuid import UUID

import pytest

from adapters.memory.seeded_ids import SequentialIds
from adapters.memory.unit_of_work import MemoryUnitOfWork, MemoryUnitOfWorkFactory
from application.errors import (
    AmbiguousCommitError,
    DatabaseUnavailableError,
    DigestMismatchError,
    IdempotencyKeyReusedError,
    UnknownParentError,
    UnknownSchemaError,
)
from application.use_cases.delete_file import DeleteFile
from application.use_cases.register_schema import RegisterSchema
from application.use_cases.upload_file import UploadDetails, UploadFile
from domain.errors import (
    EmptyFileError,
    FileErasedError,
    FileTooLargeError,
    FileTypeMismatchError,
    InvalidFileNameError,
    UnsupportedFileTypeError,
)
from domain.events import FileEventName
from domain.file_state import FileState, SchemaReference
from domain.file_status import FileStatus
from domain.file_type import HEAD_BYTES, FileType
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


# In the story's service a file may have 1,000 bytes; here blanks fill more than one head.
ROOMY = UploadPolicy(max_bytes=1_000_000)
MANY = 200_000


def _upload_in_pieces(
    story: Story, content: bytes, *, name: str, encoding: str | None = None, size: int = 1000
) -> FileState:
    upload = UploadFile(
        storage=story.service.storage,
        units_of_work=story.service.units_of_work,
        ids=SequentialIds(),
        policy=ROOMY,
    )
    pieces = (content[at : at + size] for at in range(0, len(content), size))
    details = UploadDetails(options=ProcessingOptions(encoding=encoding))
    return upload(TENANT, name=name, chunks=pieces, details=lambda: details).file


@pytest.mark.parametrize("size", [999, 64 * 1024, 1_000_000])
@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b" " * MANY, None),
        (b"\xef\xbb\xbf" + b"\r\n" * MANY, None),
        (("\ufeff" + " \n" * MANY).encode("utf-16-le"), None),
        (("\n" * MANY).encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_blanks_are_an_empty_file_however_many(
    story: Story, content: bytes, encoding: str | None, size: int
) -> None:
    with pytest.raises(EmptyFileError):
        _upload_in_pieces(story, content, name="blank.csv", encoding=encoding, size=size)

    assert story.service.storage.keys == set()


@pytest.mark.parametrize(
    ("name", "content"),
    [("late.csv", b"\n" * MANY + b"id\n1\n"), ("late.json", b" " * MANY + b'[{"id": 1}]')],
)
def test_what_comes_after_many_blanks_is_a_file(story: Story, name: str, content: bytes) -> None:
    assert _upload_in_pieces(story, content, name=name).size_bytes == len(content)


def test_a_declared_encoding_is_heeded_although_it_comes_after_the_file(story: Story) -> None:
    content = "id,name\n1,Zoë\n".encode("utf-16-le")

    file = _upload_in_pieces(story, content, name="people.csv", encoding="utf-16-le")

    assert file.file_type is FileType.CSV
    with pytest.raises(FileTypeMismatchError):
        _upload_in_pieces(story, content, name="people.csv")


@pytest.mark.parametrize(
    ("name", "content"), [("a.csv", b'[{"a": 1}, ' + b" " * MANY), ("a.json", b"a," * MANY)]
)
def test_a_long_body_of_the_wrong_type_is_refused_before_its_end(
    story: Story, name: str, content: bytes
) -> None:
    taken = 0

    def chunks() -> Iterator[bytes]:
        nonlocal taken
        for at in range(0, len(content), 1000):
            taken += 1000
            yield content[at : at + 1000]

    upload = UploadFile(
        storage=story.service.storage,
        units_of_work=story.service.units_of_work,
        ids=SequentialIds(),
        policy=ROOMY,
    )
    with pytest.raises(FileTypeMismatchError):
        upload(TENANT, name=name, chunks=chunks(), details=UploadDetails)

    assert taken < HEAD_BYTES + 2000


def test_a_file_of_no_accepted_extension_is_refused_unread(story: Story) -> None:
    chunks = iter([CONTENT])

    with pytest.raises(UnsupportedFileTypeError):
        story.service.get(UploadFile)(TENANT, name="run.exe", chunks=chunks, details=UploadDetails)

    assert list(chunks) == [CONTENT]


def test_nothing_is_committed_before_the_fields_are_known(story: Story) -> None:
    seen: list[frozenset[str]] = []

    def details() -> UploadDetails:
        seen.append(story.service.storage.keys)
        return UploadDetails()

    story.service.get(UploadFile)(TENANT, name="a.csv", chunks=[CONTENT], details=details)

    assert seen == [frozenset()]


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
