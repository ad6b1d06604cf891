"""Deletes a file for good."""

from uuid import UUID

from application.ports.file_storage import FileStorage
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.erased_file import erase_file
from application.use_cases.stored_bytes import remove_bytes
from domain.erasure import ErasedBy


class DeleteFile:
    """Removes content, results, name and metadata; a tombstone of ids and times stays."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory, storage: FileStorage) -> None:
        self._units_of_work = units_of_work
        self._storage = storage

    def __call__(self, tenant: str, file_id: UUID) -> None:
        """Returns once nothing of it is left; deleting twice is deleting once.

        Raises UnknownFileError, and DependencyError: nobody can read the file any more unless
        it was the database that failed, yet bytes of it may be left. Calling again removes
        them, and if nobody does, the reconciler will.
        """
        with self._units_of_work.for_writing() as work:
            file = work.files.lock(tenant, file_id)
            began_at = work.now()
            if not file.state.is_erased:
                erase_file(file, work, by=ErasedBy.USER)
                work.commit()
        remove_bytes(
            file.state,
            began_at=began_at,
            storage=self._storage,
            units_of_work=self._units_of_work,
        )
