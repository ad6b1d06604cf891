"""Deletes a file for good."""

from uuid import UUID

from application.errors import StorageUnavailableError
from application.ports.file_storage import FileStorage
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.file_messages import terminal_message
from domain.file_state import FileState


class DeleteFile:
    """Removes content, results, name and metadata; a tombstone of ids and times stays."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory, storage: FileStorage) -> None:
        self._units_of_work = units_of_work
        self._storage = storage

    def __call__(self, tenant: str, file_id: UUID) -> None:
        """Returns once nobody can read the file any more; deleting twice is deleting once.

        Raises UnknownFileError.
        """
        with self._units_of_work.for_writing() as work:
            file = work.files.lock(tenant, file_id)
            before = file.state
            if before.is_erased:
                return
            file.erase(at=work.now())
            work.files.save(file)
            for event in file.events:
                if event.is_terminal:
                    work.outbox.add(terminal_message(file.state, event))
            work.commit()
        self._remove_bytes(before)

    def _remove_bytes(self, state: FileState) -> None:
        """The row no longer names the objects, so one that stays behind is only garbage."""
        try:
            for key in (state.key, *(result.key for result in state.results)):
                self._storage.delete(key)
        except StorageUnavailableError:
            return
