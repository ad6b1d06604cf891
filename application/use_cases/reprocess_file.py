"""Processes a finished file once more."""

from uuid import UUID

from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.file_messages import work_message
from domain.file_state import FileState


class ReprocessFile:
    """Opens a new generation; the results of the old one are served no more."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory) -> None:
        self._units_of_work = units_of_work

    def __call__(self, tenant: str, file_id: UUID) -> FileState:
        """The file, PENDING again.

        Raises UnknownFileError, FileErasedError, and IllegalTransitionError when it is not
        finished.
        """
        with self._units_of_work.for_writing() as work:
            file = work.files.lock(tenant, file_id)
            file.reprocess(at=work.now())
            work.files.save(file)
            work.outbox.add(work_message(file.state))
            work.commit()
        return file.state
