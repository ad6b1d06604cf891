"""Begins an upload that comes in parts."""

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from uuid import UUID

from application.errors import (
    AmbiguousCommitError,
    DependencyError,
    IdempotencyKeyReusedError,
    IdempotencyKeyTakenError,
    UnknownFileError,
    UnknownParentError,
)
from application.ports.direct_uploads import DirectUploads
from application.ports.id_generator import IdGenerator
from application.ports.idempotency_keys import IdempotencyRecord
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.upload_errors import TooManyOpenUploadsError, UnknownUploadError
from application.use_cases.schema_reference import resolve_schema
from application.use_cases.stored_bytes import content_folder
from application.use_cases.upload_file import UploadDetails
from domain.file_type import promised_type
from domain.upload_policy import clean_file_name, key_name
from domain.upload_session import (
    LIFETIME,
    UploadSession,
    UploadSessionPolicy,
    UploadSessionState,
)

ROUTE = "POST /uploads"


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunUpload:
    """The upload; `is_replay` when this key had begun it before."""

    upload: UploadSessionState
    is_replay: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    tenant: str
    name: str
    size_bytes: int
    details: UploadDetails

    @property
    def fingerprint(self) -> str:
        """What must be equal for two requests to be the same."""
        details = self.details
        asked = {
            "name": self.name,
            "size": self.size_bytes,
            "sha256": details.sha256,
            "schema": details.schema,
            "options": asdict(details.options),
            "metadata": dict(details.metadata),
            "parentId": str(details.parent_id),
        }
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


class BeginUpload:
    """Checks all that can be checked before a byte is sent, and keeps it until completion.

    `direct_uploads` where callers send the parts to the storage themselves.
    """

    def __init__(
        self,
        *,
        units_of_work: UnitOfWorkFactory,
        ids: IdGenerator,
        policy: UploadSessionPolicy,
        direct_uploads: DirectUploads | None = None,
    ) -> None:
        self._units_of_work = units_of_work
        self._ids = ids
        self._policy = policy
        self._direct_uploads = direct_uploads

    def __call__(
        self, tenant: str, *, name: str, size_bytes: int, details: UploadDetails
    ) -> BegunUpload:
        """The open upload, or the one that the idempotency key stands for, as it is now.

        Raises EmptyFileError, FileTooLargeError, what `clean_file_name` and `promised_type`
        raise, TooManyOpenUploadsError, UnknownSchemaError, UnknownParentError,
        IdempotencyKeyReusedError, and errors of storage and database. Requests of one tenant
        that race for the last place may all get one.
        """
        shown_name = clean_file_name(name)
        promised_type(shown_name)
        request = _Request(tenant=tenant, name=shown_name, size_bytes=size_bytes, details=details)
        # A key that has its answer gets it, whatever the limits are by now.
        with self._units_of_work.for_reading() as work:
            replayed = _replay(work, request)
            if replayed is None:
                self._policy.plan(size_bytes)
                self._check(work, request)
        if replayed is not None:
            return replayed
        return self._begin(request)

    def _begin(self, request: _Request) -> BegunUpload:
        upload_id = self._ids.new_id()
        key = f"{content_folder(upload_id)}/{key_name(request.name)}"
        handle = None
        if self._direct_uploads is not None:
            handle = self._direct_uploads.begin(key, media_type="application/octet-stream")
        try:
            begun = self._record(request, upload_id, key=key, handle=handle)
        except AmbiguousCommitError:
            return self._look_again(request.tenant, upload_id)
        except BaseException:
            self._forget(key, handle)
            raise
        if begun.is_replay:
            self._forget(key, handle)
        return begun

    def _record(
        self, request: _Request, upload_id: UUID, *, key: str, handle: str | None
    ) -> BegunUpload:
        try:
            return self._record_once(request, upload_id, key=key, handle=handle)
        except IdempotencyKeyTakenError:
            # Lost a race: the winner has committed, so this time its record is there.
            return self._record_once(request, upload_id, key=key, handle=handle)

    def _record_once(
        self, request: _Request, upload_id: UUID, *, key: str, handle: str | None
    ) -> BegunUpload:
        with self._units_of_work.for_writing() as work:
            replayed = _replay(work, request)
            if replayed is not None:
                return replayed
            self._check(work, request)
            session = UploadSession(self._new_state(work, request, upload_id, key, handle))
            work.upload_sessions.add(session)
            if request.details.idempotency_key is not None:
                work.idempotency_keys.add(
                    IdempotencyRecord(
                        tenant=request.tenant,
                        route=ROUTE,
                        key=request.details.idempotency_key,
                        fingerprint=request.fingerprint,
                        file_id=upload_id,
                        created_at=session.state.created_at,
                    )
                )
            work.commit()
        return BegunUpload(upload=session.state, is_replay=False)

    def _check(self, work: UnitOfWork, request: _Request) -> None:
        if work.upload_sessions.count_open(request.tenant) >= self._policy.max_open:
            raise TooManyOpenUploadsError(most=self._policy.max_open)
        if request.details.schema is not None:
            resolve_schema(work, request.tenant, request.details.schema)
        if request.details.parent_id is not None:
            _check_parent(work, request.tenant, request.details.parent_id)

    def _new_state(
        self,
        work: UnitOfWork,
        request: _Request,
        upload_id: UUID,
        key: str,
        handle: str | None,
    ) -> UploadSessionState:
        details, now = request.details, work.now()
        schema = resolve_schema(work, request.tenant, details.schema) if details.schema else None
        return UploadSessionState(
            id=upload_id,
            tenant=request.tenant,
            original_name=request.name,
            key=key,
            handle=handle,
            size_bytes=request.size_bytes,
            part_bytes=self._policy.plan(request.size_bytes).part_bytes,
            sha256=details.sha256,
            schema=schema,
            options=details.options,
            metadata=details.metadata,
            parent_id=details.parent_id,
            trace_parent=details.trace_parent,
            created_at=now,
            expires_at=now + LIFETIME,
        )

    def _look_again(self, tenant: str, upload_id: UUID) -> BegunUpload:
        """Tells whether the ambiguous commit happened."""
        with self._units_of_work.for_reading() as work:
            try:
                session = work.upload_sessions.get(tenant, upload_id)
            except UnknownUploadError as error:
                raise AmbiguousCommitError("the upload was not begun") from error
        return BegunUpload(upload=session.state, is_replay=False)

    def _forget(self, key: str, handle: str | None) -> None:
        if self._direct_uploads is None or handle is None:
            return
        # What cannot be aborted now, the storage itself aborts in a day.
        with suppress(DependencyError):
            self._direct_uploads.abort(key, handle)


def _replay(work: UnitOfWork, request: _Request) -> BegunUpload | None:
    key = request.details.idempotency_key
    record = None if key is None else work.idempotency_keys.find(request.tenant, ROUTE, key)
    if key is None or record is None:
        return None
    if record.fingerprint != request.fingerprint:
        raise IdempotencyKeyReusedError(key)
    session = work.upload_sessions.get(request.tenant, record.file_id)
    return BegunUpload(upload=session.state, is_replay=True)


def _check_parent(work: UnitOfWork, tenant: str, parent_id: UUID) -> None:
    try:
        work.files.get(tenant, parent_id)
    except UnknownFileError as error:
        raise UnknownParentError(parent_id) from error
