"""Lists a tenant's files."""

from application.ports.file_repository import FileFilter, FilePage, FilePlace
from application.ports.unit_of_work import UnitOfWorkFactory


class ListFiles:
    """Pages of files, newest first."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory) -> None:
        self._units_of_work = units_of_work

    def __call__(
        self,
        tenant: str,
        wanted: FileFilter,
        *,
        limit: int,
        page: int = 1,
        past: FilePlace | None = None,
    ) -> FilePage:
        """Page `page`, counted from 1 behind `past`, of `limit` files each.

        Past the end it is empty.
        """
        with self._units_of_work.for_reading() as work:
            return work.files.list(
                tenant, wanted, limit=limit, offset=(page - 1) * limit, past=past
            )
