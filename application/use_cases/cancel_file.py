"""Ends the processing of a file that nobody wants any more."""

from uuid import UUID

from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.file_messages import terminal_message
from domain.errors import FileErasedError
from domain.file_state import FileState
from domain.file_status import Outcome


class CancelFile:
    """Cancels once; asking again gives the same answer."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory) -> None:
        self._units_of_work = units_of_work

    def __call__(self, tenant: str, file_id: UUID) -> FileState:
        """The cancelled file; a worker that is at work on it stops within a second or so.

        Raises UnknownFileError, FileErasedError, and IllegalTransitionError when it has
        already come to another end.
        """
        with self._units_of_work.for_writing() as work:
            file = work.files.lock(tenant, file_id)
            if file.state.is_erased:
                raise FileErasedError(file_id)
            if file.state.outcome is not Outcome.CANCELLED:
                file.cancel(at=work.now())
                work.files.save(file)
                work.outbox.add(terminal_message(file.state, file.events[-1]))
                work.commit()
        return file.state
