"""Makes a file of an upload whose parts have all arrived."""

from contextlib import suppress
from uuid import UUID

from application.errors import (
    AmbiguousCommitError,
    ApplicationError,
    ContentNotFoundError,
    DependencyError,
    DigestMismatchError,
)
from application.ports.direct_uploads import DirectUploads
from application.ports.file_storage import FileStorage
from application.ports.id_generator import IdGenerator
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.use_cases.assembled_content import (
    assemble_at_storage,
    assemble_received,
    forget_object,
)
from application.use_cases.ended_upload import remove_upload
from application.use_cases.file_messages import work_message
from application.use_cases.get_file import read_file
from application.use_cases.received_content import ReceivedContent
from application.use_cases.stored_bytes import content_folder, parts_folder
from domain.errors import (
    DomainError,
    EmptyFileError,
    FormatNotSupportedError,
    UnsupportedFileTypeError,
    UploadEndedError,
)
from domain.file import File
from domain.file_state import FileState
from domain.upload_policy import key_name
from domain.upload_session import UploadSessionState, UploadStatus

_REFUSALS = (
    EmptyFileError,
    FormatNotSupportedError,
    UnsupportedFileTypeError,
    DigestMismatchError,
)
"""What is wrong with the content itself: no part can be sent again that would mend it."""


class CompleteUpload:
    """Assembles the parts, then accepts the file and ends the upload in one transaction.

    The file has the upload's id, so completing twice, or in two processes, gives one file.
    Whatever breaks on the way, completing again goes on: an object that was assembled is either
    the file's or found by the collector. Content that is refused ends the upload.
    """

    def __init__(
        self,
        *,
        units_of_work: UnitOfWorkFactory,
        storage: FileStorage,
        ids: IdGenerator,
        direct_uploads: DirectUploads | None = None,
    ) -> None:
        self._units_of_work = units_of_work
        self._storage = storage
        self._ids = ids
        self._direct_uploads = direct_uploads

    def __call__(self, tenant: str, upload_id: UUID) -> FileState:
        """The accepted file, PENDING, or as it is by now when the upload was complete before.

        Takes as long as reading the whole content once. Raises UnknownUploadError,
        UploadEndedError, PartsMissingError, PartChangedError, FileErasedError of a file that was
        deleted since, what `decide_file_type` raises, EmptyFileError, DigestMismatchError, and
        errors of storage and database.
        """
        with self._units_of_work.for_reading() as work:
            session = work.upload_sessions.get(tenant, upload_id)
            if session.state.status is UploadStatus.COMPLETED:
                return read_file(work, tenant, upload_id)
            session.check_takes(at=work.now())
        return self._complete(session.state)

    def _complete(self, state: UploadSessionState) -> FileState:
        try:
            content = self._assemble(state)
        except ContentNotFoundError as error:
            self._refuse(state, error)
            raise UploadEndedError(state.id, how=UploadStatus.REFUSED) from error
        except _REFUSALS as error:
            self._refuse(state, error)
            raise
        return self._accept(state, content)

    def _assemble(self, state: UploadSessionState) -> ReceivedContent:
        if state.handle is not None and self._direct_uploads is not None:
            return assemble_at_storage(
                state, storage=self._storage, direct_uploads=self._direct_uploads
            )
        # A key for this try alone: another that is under way must not lose its object to it.
        name = f"{self._ids.new_id()}-{key_name(state.original_name)}"
        key = f"{content_folder(state.id)}/{name}"
        return assemble_received(state, storage=self._storage, key=key)

    def _accept(self, state: UploadSessionState, content: ReceivedContent) -> FileState:
        try:
            file = self._accept_once(state, content)
        except AmbiguousCommitError:
            file = self._look_again(state)
        except BaseException:
            self._forget(state, content)
            raise
        if file.key != content.key:
            self._forget(state, content)
        with suppress(DependencyError):
            self._storage.delete_below(parts_folder(state.id))
        return file

    def _accept_once(self, state: UploadSessionState, content: ReceivedContent) -> FileState:
        with self._units_of_work.for_writing() as work:
            session = work.upload_sessions.lock(state.tenant, state.id)
            if session.state.status is UploadStatus.COMPLETED:
                return read_file(work, state.tenant, state.id)
            session.complete(at=work.now())
            work.upload_sessions.save(session)
            file = File.receive(self._new_file(work, state, content))
            work.files.add(file)
            work.outbox.add(work_message(file.state))
            work.commit()
        return file.state

    def _new_file(
        self, work: UnitOfWork, state: UploadSessionState, content: ReceivedContent
    ) -> FileState:
        return content.new_file(
            state.id,
            state.tenant,
            bucket=self._storage.bucket,
            at=work.now(),
            schema=state.schema,
            options=state.options,
            metadata=state.metadata,
            parent_id=state.parent_id,
            trace_parent=state.trace_parent,
        )

    def _look_again(self, state: UploadSessionState) -> FileState:
        """Tells whether the ambiguous commit happened; the content stays until that is known."""
        with self._units_of_work.for_reading() as work:
            session = work.upload_sessions.get(state.tenant, state.id)
            if session.state.status is UploadStatus.COMPLETED:
                return read_file(work, state.tenant, state.id)
        raise AmbiguousCommitError("the upload was not completed")

    def _forget(self, state: UploadSessionState, content: ReceivedContent) -> None:
        # What the storage has assembled cannot be assembled again: there, the next try needs it.
        if state.handle is None:
            forget_object(self._storage, content.key)

    def _refuse(self, state: UploadSessionState, error: DomainError | ApplicationError) -> None:
        with self._units_of_work.for_writing() as work:
            session = work.upload_sessions.lock(state.tenant, state.id)
            if not session.state.is_open:
                return
            session.refuse(error.code, at=work.now())
            work.upload_sessions.save(session)
            work.commit()
        remove_upload(state, storage=self._storage, direct_uploads=self._direct_uploads)
