"""Takes in a submitted file."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from application.errors import (
    AmbiguousCommitError,
    DependencyError,
    DigestMismatchError,
    IdempotencyKeyReusedError,
    IdempotencyKeyTakenError,
    UnknownFileError,
    UnknownParentError,
)
from application.ports.clock import Clock
from application.ports.file_storage import FileStorage
from application.ports.id_generator import IdGenerator
from application.ports.idempotency_keys import IdempotencyRecord
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.use_cases.file_messages import work_message
from application.use_cases.received_content import ReceivedContent, receive_content
from application.use_cases.schema_reference import resolve_schema
from application.use_cases.stored_bytes import content_folder
from domain.collection_policy import check_recordable
from domain.errors import FileErasedError
from domain.file import File
from domain.file_state import FileState
from domain.processing_options import ProcessingOptions
from domain.upload_policy import UploadPolicy, clean_file_name, key_name

ROUTE = "POST /files/upload"


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadDetails:
    """What was said about the file beside its bytes; `schema` is `name` or `name@version`."""

    schema: str | None = None
    options: ProcessingOptions = ProcessingOptions()
    metadata: Mapping[str, str] = field(default_factory=dict)
    parent_id: UUID | None = None
    sha256: str | None = None
    idempotency_key: str | None = None
    trace_parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadReceipt:
    """The accepted file; `is_replay` when this key had brought it in before."""

    file: FileState
    is_replay: bool


class UploadFile:
    """Streams content to storage, then accepts the file in one transaction.

    When it returns, the bytes are durable and the file, its history, its work message and
    its idempotency key are committed together. When it raises, nothing was accepted.
    """

    def __init__(
        self,
        *,
        storage: FileStorage,
        units_of_work: UnitOfWorkFactory,
        ids: IdGenerator,
        clock: Clock,
        policy: UploadPolicy,
    ) -> None:
        self._storage = storage
        self._units_of_work = units_of_work
        self._ids = ids
        self._clock = clock
        self._policy = policy

    def __call__(
        self,
        tenant: str,
        *,
        name: str,
        chunks: Iterable[bytes],
        details: Callable[[], UploadDetails],
    ) -> UploadReceipt:
        """The accepted file, PENDING, or the one that the idempotency key stands for.

        `details` is asked once, after the last chunk and before anything is committed, because
        the fields of a multipart form may follow its file; it may raise. Raises what
        UploadPolicy, `decide_file_type` and `clean_file_name` raise, EmptyFileError,
        DigestMismatchError, UnknownSchemaError, UnknownParentError, IdempotencyKeyReusedError,
        FileErasedError when the key's file was deleted since, ContentTooOldError when something
        stood still for hours, and errors of storage and database.
        """
        file_id = self._ids.new_id()
        shown_name = clean_file_name(name)
        key = f"{content_folder(file_id)}/{key_name(shown_name)}"
        begun_at = self._database_now()
        received, said = self._receive(key, name=shown_name, chunks=chunks, details=details)
        try:
            receipt = self._accept(tenant, file_id, received, said, begun_at=begun_at)
        except AmbiguousCommitError:
            return self._look_again(tenant, file_id)
        except BaseException:
            self._forget(key)
            raise
        if receipt.is_replay:
            self._forget(key)
        return receipt

    def _receive(
        self,
        key: str,
        *,
        name: str,
        chunks: Iterable[bytes],
        details: Callable[[], UploadDetails],
    ) -> tuple[ReceivedContent, UploadDetails]:
        began = self._clock.monotonic()
        with self._storage.create(key, media_type="application/octet-stream") as writer:
            timed = self._timed(chunks, since=began)
            arrived = receive_content(writer, name=name, chunks=timed, policy=self._policy)
            said = details()
            # What follows the file in a form may come as slowly as the file itself.
            self._check_duration(since=began)
            if said.sha256 is not None and said.sha256 != arrived.sha256:
                raise DigestMismatchError(expected=said.sha256, actual=arrived.sha256)
            # Only now: the declared encoding decides what the bytes are.
            file_type = arrived.file_type(said.options.encoding)
            etag = writer.commit()
        received = ReceivedContent(
            name=name,
            key=key,
            etag=etag,
            file_type=file_type,
            compression=arrived.compression,
            size_bytes=arrived.size_bytes,
            sha256=arrived.sha256,
        )
        return received, said

    def _database_now(self) -> datetime:
        with self._units_of_work.for_reading() as work:
            return work.now()

    def _timed(self, chunks: Iterable[bytes], *, since: float) -> Iterator[bytes]:
        """The chunks, while there is time for them: a sender that drips holds a thread."""
        for chunk in chunks:
            self._check_duration(since=since)
            yield chunk

    def _check_duration(self, *, since: float) -> None:
        self._policy.check_duration(timedelta(seconds=self._clock.monotonic() - since))

    def _accept(
        self,
        tenant: str,
        file_id: UUID,
        received: ReceivedContent,
        details: UploadDetails,
        *,
        begun_at: datetime,
    ) -> UploadReceipt:
        try:
            return self._accept_once(tenant, file_id, received, details, begun_at=begun_at)
        except IdempotencyKeyTakenError:
            # Lost a race: the winner has committed, so this time its record is there.
            return self._accept_once(tenant, file_id, received, details, begun_at=begun_at)

    def _accept_once(
        self,
        tenant: str,
        file_id: UUID,
        received: ReceivedContent,
        details: UploadDetails,
        *,
        begun_at: datetime,
    ) -> UploadReceipt:
        with self._units_of_work.for_writing() as work:
            replayed = self._replay(work, tenant, received, details)
            if replayed is not None:
                return UploadReceipt(file=replayed, is_replay=True)
            check_recordable(begun_at=begun_at, at=work.now())
            file = File.receive(self._new_state(work, tenant, file_id, received, details))
            work.files.add(file)
            work.outbox.add(work_message(file.state))
            if details.idempotency_key is not None:
                work.idempotency_keys.add(
                    IdempotencyRecord(
                        tenant=tenant,
                        route=ROUTE,
                        key=details.idempotency_key,
                        fingerprint=_fingerprint(received, details),
                        file_id=file_id,
                        created_at=file.state.created_at,
                    )
                )
            work.commit()
        return UploadReceipt(file=file.state, is_replay=False)

    def _replay(
        self, work: UnitOfWork, tenant: str, received: ReceivedContent, details: UploadDetails
    ) -> FileState | None:
        key = details.idempotency_key
        if key is None:
            return None
        record = work.idempotency_keys.find(tenant, ROUTE, key)
        if record is None:
            return None
        if record.fingerprint != _fingerprint(received, details):
            raise IdempotencyKeyReusedError(key)
        state = work.files.get(tenant, record.file_id).state
        if state.is_erased:
            raise FileErasedError(state.id)
        return state

    def _new_state(
        self,
        work: UnitOfWork,
        tenant: str,
        file_id: UUID,
        received: ReceivedContent,
        details: UploadDetails,
    ) -> FileState:
        if details.parent_id is not None:
            _check_parent(work, tenant, details.parent_id)
        return received.new_file(
            file_id,
            tenant,
            bucket=self._storage.bucket,
            at=work.now(),
            schema=resolve_schema(work, tenant, details.schema) if details.schema else None,
            options=details.options,
            metadata=details.metadata,
            parent_id=details.parent_id,
            trace_parent=details.trace_parent,
        )

    def _look_again(self, tenant: str, file_id: UUID) -> UploadReceipt:
        """Tells whether the ambiguous commit happened; the content stays until that is known."""
        with self._units_of_work.for_reading() as work:
            try:
                return UploadReceipt(file=work.files.get(tenant, file_id).state, is_replay=False)
            except UnknownFileError as error:
                raise AmbiguousCommitError("the upload was not committed") from error

    def _forget(self, key: str) -> None:
        try:
            self._storage.delete(key)
        except DependencyError:
            # The caller's answer does not depend on it. Without a row nobody can read the
            # object, and the collector removes it.
            return


def _check_parent(work: UnitOfWork, tenant: str, parent_id: UUID) -> None:
    try:
        work.files.get(tenant, parent_id)
    except UnknownFileError as error:
        raise UnknownParentError(parent_id) from error


def _fingerprint(received: ReceivedContent, details: UploadDetails) -> str:
    """What must be equal for two requests to be the same: name, bytes and every option."""
    asked = {
        "name": received.name,
        "sha256": received.sha256,
        "schema": details.schema,
        "options": asdict(details.options),
        "metadata": dict(details.metadata),
        "parentId": str(details.parent_id),
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
