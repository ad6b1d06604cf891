"""Shows how an upload in parts stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from application.ports.direct_uploads import ArrivedPart, DirectUploads
from application.ports.file_storage import FileStorage
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.arrived_parts import arrived_parts
from domain.upload_session import UploadSessionState


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadView:
    """An upload, and which of its parts have arrived; none once it has ended."""

    upload: UploadSessionState
    parts: Sequence[ArrivedPart]


class GetUpload:
    """Asks the storage for the parts, outside of any transaction."""

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

    def __call__(self, tenant: str, upload_id: UUID) -> UploadView:
        """The upload; raises UnknownUploadError, and errors of storage and database."""
        with self._units_of_work.for_reading() as work:
            state = work.upload_sessions.get(tenant, upload_id).state
        if not state.is_open:
            return UploadView(upload=state, parts=())
        parts = arrived_parts(state, storage=self._storage, direct_uploads=self._direct_uploads)
        return UploadView(upload=state, parts=parts)
