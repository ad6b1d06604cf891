"""Deletes a file for good."""

from uuid import UUID

from application.ports.file_storage import FileStorage
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.use_cases.file_messages import terminal_message
from application.use_cases.stored_bytes import remove_bytes
from domain.file import File


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
                self._erase(file, work)
                work.commit()
        remove_bytes(
            file.state,
            began_at=began_at,
            storage=self._storage,
            units_of_work=self._units_of_work,
        )

    def _erase(self, file: File, work: UnitOfWork) -> None:
        file.erase(at=work.now())
        work.files.save(file)
        # Their bodies hold the key, and the key the name; and there is no more work to do.
        work.outbox.withdraw_work(file.id)
        for event in file.events:
            if event.is_terminal:
                work.outbox.add(terminal_message(file.state, event))
