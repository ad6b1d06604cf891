"""Lists registered schemas."""

from collections.abc import Sequence

from application.ports.schema_repository import SchemaVersion
from application.ports.unit_of_work import UnitOfWorkFactory


class ListSchemas:
    """The schemas of a tenant, page by page."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory) -> None:
        self._units_of_work = units_of_work

    def __call__(
        self, tenant: str, *, after: str | None, limit: int
    ) -> tuple[Sequence[SchemaVersion], bool]:
        """The latest version of each schema past that name, by name, and whether more follow."""
        with self._units_of_work.for_reading() as work:
            found = work.schemas.list(tenant, after=after, limit=limit + 1)
        return found[:limit], len(found) > limit
