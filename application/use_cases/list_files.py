"""Lists a tenant's files."""

from application.ports.file_repository import FileFilter, FilePage
from application.ports.unit_of_work import UnitOfWorkFactory


class ListFiles:
    """Pages of files, newest first."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory) -> None:
        self._units_of_work = units_of_work

    def __call__(self, tenant: str, wanted: FileFilter, *, page: int, limit: int) -> FilePage:
        """Page `page`, counted from 1, of `limit` files each; past the end it is empty."""
        with self._units_of_work.for_reading() as work:
            return work.files.list(tenant, wanted, offset=(page - 1) * limit, limit=limit)
