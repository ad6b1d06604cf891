"""Ends an upload that nobody wants to complete."""

from uuid import UUID

from application.ports.direct_uploads import DirectUploads
from application.ports.file_storage import FileStorage
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.ended_upload import remove_upload


class AbortUpload:
    """Records the end first, then removes the parts, so that no part can be sent to a dead end."""

    def __init__(
        self,
        *,
        units_of_work: UnitOfWorkFactory,
        storage: FileStorage,
        direct_uploads: DirectUploads | None = None,
    ) -> None:
        self._units_of_work = units_of_work
        self._storage = storage
        self._direct_uploads = direct_uploads

    def __call__(self, tenant: str, upload_id: UUID) -> None:
        """Aborts it; one that has ended without a file stays as it is.

        Raises UnknownUploadError, UploadCompletedError, DatabaseUnavailableError.
        """
        with self._units_of_work.for_writing() as work:
            session = work.upload_sessions.lock(tenant, upload_id)
            before = session.state
            session.abort(at=work.now())
            if session.state is not before:
                work.upload_sessions.save(session)
                work.commit()
        remove_upload(before, storage=self._storage, direct_uploads=self._direct_uploads)
