"""Gives a registered schema back."""

from application.ports.schema_repository import SchemaVersion
from application.ports.unit_of_work import UnitOfWorkFactory


class GetSchema:
    """One version of one schema."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory) -> None:
        self._units_of_work = units_of_work

    def __call__(self, tenant: str, name: str, version: int | None = None) -> SchemaVersion:
        """That version, or the latest when None; raises UnknownSchemaError."""
        with self._units_of_work.for_reading() as work:
            return work.schemas.get(tenant, name, version)
