"""Tells everything that happened to a file."""

from collections.abc import Sequence
from uuid import UUID

from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.get_file import read_file
from domain.events import FileEvent


class GetHistory:
    """Every move and every attempt of a file."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory) -> None:
        self._units_of_work = units_of_work

    def __call__(self, tenant: str, file_id: UUID) -> Sequence[FileEvent]:
        """The events, oldest first; raises UnknownFileError, FileErasedError."""
        with self._units_of_work.for_reading() as work:
            read_file(work, tenant, file_id)
            return work.files.history(tenant, file_id)
