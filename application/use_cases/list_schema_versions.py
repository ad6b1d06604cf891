"""Lists the versions of a schema."""

from collections.abc import Sequence

from application.ports.schema_repository import SchemaVersion
from application.ports.unit_of_work import UnitOfWorkFactory


class ListSchemaVersions:
    """The versions of one schema, page by page."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory) -> None:
        self._units_of_work = units_of_work

    def __call__(
        self, tenant: str, name: str, *, before: int | None, limit: int
    ) -> tuple[Sequence[SchemaVersion], bool]:
        """Those before that version, the newest first, and whether more follow.

        Raises UnknownSchemaError for a name that has none at all.
        """
        with self._units_of_work.for_reading() as work:
            found = work.schemas.versions(tenant, name, before=before, limit=limit + 1)
            if not found:
                work.schemas.get(tenant, name)
        return found[:limit], len(found) > limit
