"""Tells how a file stands."""

from uuid import UUID

from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from domain.errors import FileErasedError
from domain.file_state import FileState


class GetFile:
    """One file of the tenant."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory) -> None:
        self._units_of_work = units_of_work

    def __call__(self, tenant: str, file_id: UUID) -> FileState:
        """The file as it is now; raises UnknownFileError, FileErasedError."""
        with self._units_of_work.for_reading() as work:
            return read_file(work, tenant, file_id)


def read_file(work: UnitOfWork, tenant: str, file_id: UUID) -> FileState:
    """The file unless it was deleted; raises UnknownFileError, FileErasedError."""
    state = work.files.get(tenant, file_id).state
    if state.is_erased:
        raise FileErasedError(file_id)
    return state
