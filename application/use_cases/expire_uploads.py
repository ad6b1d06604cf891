"""Ends the uploads in parts whose time is over."""

from collections.abc import Iterator

from application.ports.direct_uploads import DirectUploads
from application.ports.file_storage import FileStorage
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.ended_upload import remove_upload
from domain.upload_session import SWEPT_AFTER, UploadSession, UploadSessionState

EXPIRE_AT_ONCE = 100


class ExpireUploads:
    """Some of the uploads that have expired, the oldest first."""

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

    def __call__(self) -> Iterator[UploadSessionState]:
        """Yields each upload that was ended, as it was before. Raises DependencyError on a step."""
        with self._units_of_work.for_reading() as work:
            found = work.upload_sessions.expired(
                before=work.now() - SWEPT_AFTER, limit=EXPIRE_AT_ONCE
            )
        for session in found:
            if self._expire(session):
                remove_upload(
                    session.state, storage=self._storage, direct_uploads=self._direct_uploads
                )
                yield session.state

    def _expire(self, found: UploadSession) -> bool:
        """False when it was completed or aborted since it was found."""
        with self._units_of_work.for_writing() as work:
            session = work.upload_sessions.lock(found.state.tenant, found.state.id)
            was_open = session.state.is_open
            session.expire(at=work.now())
            if not was_open or session.state.is_open:
                return False
            work.upload_sessions.save(session)
            work.commit()
        return True
