"""Lists registered schemas."""

from collections.abc import Sequence

from application.ports.schema_repository import SchemaVersion
from application.ports.unit_of_work import UnitOfWorkFactory


class ListSchemas:
    """All schemas of a tenant."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory) -> None:
        self._units_of_work = units_of_work

    def __call__(self, tenant: str) -> Sequence[SchemaVersion]:
        """The latest version of each schema, by name."""
        with self._units_of_work.for_reading() as work:
            return work.schemas.list(tenant)
