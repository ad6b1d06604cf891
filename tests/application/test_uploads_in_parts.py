"""An upload in parts becomes one file, or none; whether its parts come to us or to the storage."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from adapters.memory.seeded_ids import SequentialIds
from application.errors import (
    AmbiguousCommitError,
    DatabaseUnavailableError,
    DigestMismatchError,
    IdempotencyKeyReusedError,
    UnknownFileError,
    UnknownParentError,
    UnknownSchemaError,
)
from application.ports.direct_uploads import ArrivedPart
from application.ports.unit_of_work import UnitOfWork
from application.upload_errors import (
    PartsGoElsewhereError,
    TooManyOpenUploadsError,
    UnknownUploadError,
)
from application.use_cases.abort_upload import AbortUpload
from application.use_cases.accept_part import AcceptPart
from application.use_cases.begin_upload import BeginUpload, BegunUpload
from application.use_cases.collect_garbage import CollectGarbage
from application.use_cases.complete_upload import CompleteUpload
from application.use_cases.delete_file import DeleteFile
from application.use_cases.get_file import GetFile
from application.use_cases.get_upload import GetUpload
from application.use_cases.link_parts import LINK_SECONDS, LinkParts
from application.use_cases.reconcile import Reconcile
from application.use_cases.register_schema import RegisterSchema
from application.use_cases.upload_file import UploadDetails
from domain.errors import (
    EmptyFileError,
    FileErasedError,
    FileTooLargeError,
    FileTypeMismatchError,
    PartsMissingError,
    UnknownPartError,
    UnsupportedFileTypeError,
    UploadCompletedError,
    UploadEndedError,
    WrongPartSizeError,
)
from domain.file_state import FileState, SchemaReference
from domain.file_status import FileStatus
from domain.processing_options import ProcessingOptions
from domain.upload_session import LIFETIME, SWEPT_AFTER, UploadStatus
from tests.application.conftest import TENANT, Story
from tests.in_memory_container import InMemoryService
from tests.wrapped_database import WrappedUnitOfWork, WrappedUnitsOfWork

CONTENT = b"id,name\n1,Ada\n2,Bob\n"
PARTS = [CONTENT[:8], CONTENT[8:16], CONTENT[16:]]


@dataclass(frozen=True, slots=True)
class Uploading(Story):
    """What a test does with an upload in parts."""

    @property
    def stored_keys(self) -> frozenset[str]:
        """What the storage has of uploads and files."""
        return frozenset(
            key for key in self.service.storage.keys if not key.startswith("installations/")
        )

    def begin(self, **changes: Any) -> UUID:
        return self.begun(**changes).upload.id

    def begun(self, *, name: str = "people.csv", size: int = 20, **details: Any) -> BegunUpload:
        return self.service.get(BeginUpload)(
            TENANT, name=name, size_bytes=size, details=UploadDetails(**details)
        )

    def send(self, upload_id: UUID, number: int, content: bytes) -> None:
        """By the link that is handed out, to whom it names."""
        digest = sha256(content).hexdigest()
        [address] = self.service.get(LinkParts)(TENANT, upload_id, {number: digest})
        if address.link is not None:
            assert self.service.direct_uploads.send(address.link, content)
        else:
            self.accept(upload_id, number, content)

    def accept(self, upload_id: UUID, number: int, content: bytes, **changes: Any) -> None:
        said: dict[str, Any] = {
            "size_bytes": len(content),
            "sha256": sha256(content).hexdigest(),
            "chunks": [content[:3], content[3:]],
        }
        self.service.get(AcceptPart)(TENANT, upload_id, number, **(said | changes))

    def send_all(self, upload_id: UUID, content: bytes = CONTENT) -> None:
        for number, start in enumerate(range(0, len(content), 8), start=1):
            self.send(upload_id, number, content[start : start + 8])

    def complete(self, upload_id: UUID) -> FileState:
        return self.service.get(CompleteUpload)(TENANT, upload_id)

    def arrived(self, upload_id: UUID) -> list[int]:
        return [part.number for part in self.parts(upload_id)]

    def parts(self, upload_id: UUID) -> Sequence[ArrivedPart]:
        return self.service.get(GetUpload)(TENANT, upload_id).parts

    def status(self, upload_id: UUID) -> UploadStatus:
        return self.service.get(GetUpload)(TENANT, upload_id).upload.status

    def content(self, file: FileState) -> bytes:
        return b"".join(self.service.storage.open(file.key, etag=file.etag))

    def with_commits(self, wrap: type[WrappedUnitOfWork]) -> CompleteUpload:
        """The completion over a database that a test changes."""
        service = self.service
        return CompleteUpload(
            units_of_work=WrappedUnitsOfWork(service.units_of_work, wrap),
            storage=service.storage,
            ids=SequentialIds(seed=99),
            direct_uploads=service.direct_uploads if service.is_direct else None,
        )


@pytest.fixture(params=["received", "direct"])
def story(request: pytest.FixtureRequest) -> Uploading:
    return Uploading(InMemoryService(is_direct=request.param == "direct"))


@pytest.fixture
def received() -> Uploading:
    return Uploading(InMemoryService())


def test_parts_in_any_order_become_a_file_that_is_on_its_way(story: Uploading) -> None:
    upload_id = story.begin(sha256=sha256(CONTENT).hexdigest(), metadata={"from": "till 7"})
    for number in (3, 1, 2):
        story.send(upload_id, number, PARTS[number - 1])

    file = story.complete(upload_id)

    assert (file.id, file.status, file.original_name) == (
        upload_id,
        FileStatus.PENDING,
        "people.csv",
    )
    assert (file.size_bytes, file.sha256) == (20, sha256(CONTENT).hexdigest())
    assert file.metadata == {"from": "till 7"}
    assert file.key.startswith(f"uploads/{upload_id}/")
    assert story.content(file) == CONTENT
    assert story.stored_keys == {file.key}
    assert story.relay() == 1


def test_an_unfinished_upload_is_no_file(story: Uploading) -> None:
    upload_id = story.begin()
    story.send(upload_id, 1, PARTS[0])

    with pytest.raises(UnknownFileError):
        story.service.get(GetFile)(TENANT, upload_id)
    assert story.relay() == 0


def test_only_the_missing_parts_are_sent_after_a_cut(story: Uploading) -> None:
    upload_id = story.begin()
    story.send(upload_id, 1, PARTS[0])
    story.send(upload_id, 3, PARTS[2])

    assert story.arrived(upload_id) == [1, 3]
    with pytest.raises(PartsMissingError) as caught:
        story.complete(upload_id)
    assert caught.value.numbers == (2,)
    story.send(upload_id, 2, PARTS[1])

    assert story.content(story.complete(upload_id)) == CONTENT


def test_a_part_that_is_sent_again_replaces_the_former(story: Uploading) -> None:
    upload_id = story.begin()
    story.send_all(upload_id, b"x" * 20)
    story.send_all(upload_id)

    assert story.arrived(upload_id) == [1, 2, 3]
    assert story.content(story.complete(upload_id)) == CONTENT


def test_completing_twice_gives_the_same_file_as_it_is_by_then(story: Uploading) -> None:
    upload_id = story.begin()
    story.send_all(upload_id)
    file = story.complete(upload_id)
    story.finish(file)

    again = story.complete(upload_id)

    assert (again.id, again.status) == (file.id, FileStatus.COMPLETED)
    assert story.relay() == 1, "the event of its end, and no more work"


def test_the_file_of_an_upload_can_be_deleted_with_all_that_names_it(story: Uploading) -> None:
    upload_id = story.begin(metadata={"secret": "x"})
    story.send_all(upload_id)
    story.complete(upload_id)

    story.service.get(DeleteFile)(TENANT, upload_id)

    assert story.stored_keys == set()
    with pytest.raises(FileErasedError):
        story.complete(upload_id)
    upload = story.service.get(GetUpload)(TENANT, upload_id).upload
    assert (upload.original_name, upload.metadata) == ("", {})


@pytest.mark.parametrize(
    ("content", "details", "error"),
    [
        (b"[" + b" " * 18 + b"]", {}, FileTypeMismatchError),
        (b" " * 20, {}, EmptyFileError),
        (CONTENT, {"sha256": "ab" * 32}, DigestMismatchError),
    ],
)
def test_content_that_is_refused_ends_the_upload_and_leaves_nothing(
    story: Uploading, content: bytes, details: dict[str, Any], error: type[Exception]
) -> None:
    upload_id = story.begin(**details)
    story.send_all(upload_id, content)

    with pytest.raises(error):
        story.complete(upload_id)

    assert story.status(upload_id) is UploadStatus.REFUSED
    assert story.stored_keys == set()
    assert story.relay() == 0
    with pytest.raises(UploadEndedError):
        story.complete(upload_id)


def test_a_declared_encoding_decides_what_the_content_is(story: Uploading) -> None:
    content = "id,name\n1,Ü".encode("utf-16-le")
    upload_id = story.begin(size=len(content), options=ProcessingOptions(encoding="utf-16-le"))
    story.send_all(upload_id, content)

    assert story.complete(upload_id).options.encoding == "utf-16-le"


def test_the_schema_is_the_version_of_the_beginning(story: Uploading) -> None:
    register = story.service.get(RegisterSchema)
    register(TENANT, "people", {"fields": [{"name": "id"}]})
    upload_id = story.begin(schema="people")
    register(TENANT, "people", {"fields": [{"name": "id"}, {"name": "name"}]})
    story.send_all(upload_id)

    assert story.complete(upload_id).schema == SchemaReference(name="people", version=1)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"size": 0}, EmptyFileError),
        ({"size": 1001}, FileTooLargeError),
        ({"name": "run.exe"}, UnsupportedFileTypeError),
        ({"schema": "nope"}, UnknownSchemaError),
        ({"parent_id": UUID(int=9)}, UnknownParentError),
    ],
)
def test_what_can_be_refused_before_a_byte_is_sent_is(
    story: Uploading, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        story.begin(**changes)

    with story.service.units_of_work.for_reading() as work:
        assert work.upload_sessions.count_open(TENANT) == 0


def test_a_tenant_has_so_many_uploads_open_and_no_more(story: Uploading) -> None:
    first, *_ = [story.begin() for _ in range(3)]

    with pytest.raises(TooManyOpenUploadsError, match="3 uploads are open"):
        story.begin()
    story.service.get(AbortUpload)(TENANT, first)

    story.begin()


def test_a_key_begins_one_upload(story: Uploading) -> None:
    first = story.begun(idempotency_key="k")
    again = story.begun(idempotency_key="k")

    assert (again.upload.id, again.is_replay, first.is_replay) == (first.upload.id, True, False)
    with pytest.raises(IdempotencyKeyReusedError):
        story.begin(idempotency_key="k", size=21)
    assert story.begin(idempotency_key="other") != first.upload.id


def test_a_key_gives_its_upload_although_no_more_may_be_begun(story: Uploading) -> None:
    first = story.begin(idempotency_key="k")
    for _ in range(2):
        story.begin()

    assert story.begin(idempotency_key="k") == first


def test_another_tenants_upload_is_unknown(story: Uploading) -> None:
    upload_id = story.begin()
    service = story.service

    asks: tuple[Callable[[], object], ...] = (
        lambda: service.get(GetUpload)("other", upload_id),
        lambda: service.get(LinkParts)("other", upload_id, {1: "ab" * 32}),
        lambda: service.get(CompleteUpload)("other", upload_id),
        lambda: service.get(AbortUpload)("other", upload_id),
    )
    for ask in asks:
        with pytest.raises(UnknownUploadError):
            ask()
    assert story.status(upload_id) is UploadStatus.OPEN


def test_an_aborted_upload_is_gone_with_its_parts(story: Uploading) -> None:
    upload_id = story.begin()
    story.send_all(upload_id)

    for _ in range(2):
        story.service.get(AbortUpload)(TENANT, upload_id)

    assert story.stored_keys == set()
    assert story.status(upload_id) is UploadStatus.ABORTED
    with pytest.raises(UploadEndedError):
        story.send(upload_id, 1, PARTS[0])
    with pytest.raises(UploadEndedError):
        story.complete(upload_id)


def test_a_completed_upload_is_not_aborted_and_takes_no_parts(story: Uploading) -> None:
    upload_id = story.begin()
    story.send_all(upload_id)
    file = story.complete(upload_id)

    with pytest.raises(UploadCompletedError):
        story.service.get(AbortUpload)(TENANT, upload_id)
    with pytest.raises(UploadCompletedError):
        story.send(upload_id, 1, PARTS[0])
    assert story.content(file) == CONTENT


def test_after_a_day_nothing_is_taken_and_an_hour_later_nothing_is_left(story: Uploading) -> None:
    upload_id = story.begin()
    story.send_all(upload_id)

    story.service.clock.advance(LIFETIME.total_seconds())
    with pytest.raises(UploadEndedError):
        story.send(upload_id, 1, PARTS[0])
    with pytest.raises(UploadEndedError):
        story.complete(upload_id)
    assert story.service.get(Reconcile)().expired_uploads == 0
    story.service.clock.advance(SWEPT_AFTER.total_seconds() + 1)
    assert story.service.get(Reconcile)().expired_uploads == 1

    assert story.status(upload_id) is UploadStatus.EXPIRED
    assert story.stored_keys == set()


def test_an_upload_is_forgotten_with_its_key(story: Uploading) -> None:
    upload_id = story.begin(idempotency_key="k")
    story.send_all(upload_id)
    story.complete(upload_id)

    story.service.clock.advance(timedelta(days=6).total_seconds())
    story.service.get(Reconcile)()
    assert story.begin(idempotency_key="k") == upload_id
    story.service.clock.advance(timedelta(days=2).total_seconds())
    story.service.get(Reconcile)()

    with pytest.raises(UnknownUploadError):
        story.status(upload_id)
    assert story.begin(idempotency_key="k") != upload_id


class _LostCommit(WrappedUnitOfWork):
    """Nothing is committed: the process dies, say, or the database is away."""

    def commit(self) -> None:
        raise DatabaseUnavailableError("gone")


class _UnansweredCommit(WrappedUnitOfWork):
    """It is committed, and nobody hears of it."""

    def commit(self) -> None:
        self.work.commit()
        raise AmbiguousCommitError("no answer")


def test_a_completion_that_was_not_recorded_can_be_repeated(story: Uploading) -> None:
    upload_id = story.begin()
    story.send_all(upload_id)
    with pytest.raises(DatabaseUnavailableError):
        story.with_commits(_LostCommit)(TENANT, upload_id)

    assert story.arrived(upload_id) == [1, 2, 3]
    file = story.complete(upload_id)

    assert story.content(file) == CONTENT
    assert story.stored_keys == {file.key}


def test_a_completion_without_an_answer_is_looked_up(story: Uploading) -> None:
    upload_id = story.begin()
    story.send_all(upload_id)

    file = story.with_commits(_UnansweredCommit)(TENANT, upload_id)

    assert story.content(file) == CONTENT
    assert story.complete(upload_id).key == file.key


def test_of_two_completions_one_makes_the_file_and_the_other_gives_it(story: Uploading) -> None:
    upload_id = story.begin()
    story.send_all(upload_id)

    class Overtaken(WrappedUnitOfWork):
        """Another process completes it after the content was assembled here."""

        def __init__(self, work: UnitOfWork) -> None:
            if not winners and entered:
                winners.append(story.complete(upload_id))
            entered.append(True)
            super().__init__(work)

    entered: list[bool] = []
    winners: list[FileState] = []
    file = story.with_commits(Overtaken)(TENANT, upload_id)

    assert [winner.key for winner in winners] == [file.key]
    assert story.content(file) == CONTENT
    assert story.stored_keys == {file.key}
    assert story.relay() == 1


def test_the_collector_spares_an_open_upload_of_any_age(story: Uploading) -> None:
    upload_id = story.begin()
    story.send_all(upload_id)
    with pytest.raises(DatabaseUnavailableError):
        # At the storage it has become one object, which no file has yet.
        story.with_commits(_LostCommit)(TENANT, upload_id)

    before = story.stored_keys

    _collect_after(story, LIFETIME + SWEPT_AFTER / 2)

    assert story.status(upload_id) is UploadStatus.OPEN
    assert before <= story.stored_keys


def _collect_after(story: Uploading, age: timedelta) -> None:
    story.service.get(CollectGarbage)()
    story.service.clock.advance(age.total_seconds())
    assert story.service.get(CollectGarbage)().failure is None


def test_the_collector_takes_the_parts_of_an_upload_that_ended(received: Uploading) -> None:
    upload_id = received.begin()
    received.send_all(upload_id)
    with received.service.units_of_work.for_writing() as work:
        session = work.upload_sessions.lock(TENANT, upload_id)
        # As when the process died before it could remove them.
        session.abort(at=work.now())
        work.upload_sessions.save(session)
        work.commit()
    assert len(received.stored_keys) == 3

    _collect_after(received, timedelta(hours=25))

    assert received.stored_keys == set()


def test_a_part_has_the_length_of_its_place(received: Uploading) -> None:
    upload_id = received.begin()

    for number, content in ((1, b"1234567"), (1, b"123456789"), (3, b"12345678")):
        with pytest.raises(WrongPartSizeError):
            received.accept(upload_id, number, content)
    with pytest.raises(WrongPartSizeError, match="part 1 has 5 bytes, not 8"):
        received.accept(upload_id, 1, b"12345", size_bytes=8)
    for number in (0, 4):
        with pytest.raises(UnknownPartError):
            received.accept(upload_id, number, PARTS[0])

    assert received.stored_keys == set()


def test_a_part_with_another_digest_leaves_the_former(received: Uploading) -> None:
    upload_id = received.begin()
    received.send_all(upload_id)

    with pytest.raises(DigestMismatchError):
        received.accept(upload_id, 1, b"x" * 8, sha256=sha256(PARTS[0]).hexdigest())

    assert received.content(received.complete(upload_id)) == CONTENT


def test_a_part_that_breaks_off_does_not_count(received: Uploading) -> None:
    upload_id = received.begin()

    def chunks() -> Iterator[bytes]:
        yield b"1234"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        received.accept(upload_id, 1, PARTS[0], chunks=chunks())

    assert received.arrived(upload_id) == []
    assert received.stored_keys == set()


def test_a_part_that_outlives_its_upload_is_removed(received: Uploading) -> None:
    upload_id = received.begin()

    def chunks() -> Iterator[bytes]:
        yield PARTS[0]
        received.service.get(AbortUpload)(TENANT, upload_id)

    with pytest.raises(UploadEndedError):
        received.accept(upload_id, 1, PARTS[0], chunks=chunks())

    assert received.stored_keys == set()


def test_a_part_that_is_damaged_in_storage_is_missing_and_can_be_sent_again(
    received: Uploading,
) -> None:
    upload_id = received.begin()
    received.send_all(upload_id)
    [second] = [key for key in received.stored_keys if "/00002-" in key]
    received.service.storage.put(second, b"damaged!", "text/csv")

    with pytest.raises(PartsMissingError) as caught:
        received.complete(upload_id)
    assert caught.value.numbers == (2,)
    assert received.arrived(upload_id) == [1, 3]
    received.send(upload_id, 2, PARTS[1])

    assert received.content(received.complete(upload_id)) == CONTENT


def test_parts_that_go_to_the_storage_are_not_taken_here() -> None:
    direct = Uploading(InMemoryService(is_direct=True))
    upload_id = direct.begin()

    with pytest.raises(PartsGoElsewhereError):
        direct.accept(upload_id, 1, PARTS[0])


def test_a_link_ends_and_can_be_had_again() -> None:
    direct = Uploading(InMemoryService(is_direct=True))
    upload_id = direct.begin()
    digests = {1: sha256(PARTS[0]).hexdigest()}
    [old] = direct.service.get(LinkParts)(TENANT, upload_id, digests)
    direct.service.clock.advance(LINK_SECONDS)
    [new] = direct.service.get(LinkParts)(TENANT, upload_id, digests)

    assert old.link is not None
    assert new.link is not None
    assert not direct.service.direct_uploads.send(old.link, PARTS[0])
    assert direct.service.direct_uploads.send(new.link, PARTS[0])


def test_an_upload_that_the_storage_dropped_is_over() -> None:
    direct = Uploading(InMemoryService(is_direct=True))
    begun = direct.begun().upload
    direct.send_all(begun.id)
    assert begun.handle is not None
    direct.service.direct_uploads.abort(begun.key, begun.handle)

    with pytest.raises(UploadEndedError):
        direct.complete(begun.id)

    assert direct.status(begun.id) is UploadStatus.REFUSED
