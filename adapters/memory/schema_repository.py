"""Schemas in memory."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace

from adapters.memory.database import Tables, Transaction
from application.errors import ConflictingSchemaVersionError, UnknownSchemaError
from application.ports.schema_repository import SchemaRepository, SchemaVersion


class MemorySchemaRepository(SchemaRepository):
    """The schemas of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, schema: SchemaVersion) -> None:
        def insert(tables: Tables) -> None:
            key = (schema.tenant, schema.name, schema.version)
            if key in tables.schemas:
                raise ConflictingSchemaVersionError(f"{schema.name}@{schema.version}")
            tables.schemas[key] = kept

        kept = _copy(schema)
        self._transaction.change(insert)

    def get(self, tenant: str, name: str, version: int | None = None) -> SchemaVersion:
        if version is None:
            latest = self._latest(tenant).get(name)
            reference = name
        else:
            latest = self._transaction.tables.schemas.get((tenant, name, version))
            reference = f"{name}@{version}"
        if latest is None:
            raise UnknownSchemaError(reference)
        return _copy(latest)

    def list(
        self, tenant: str, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[SchemaVersion]:
        latest = sorted(self._latest(tenant).items())
        found = [schema for name, schema in latest if after is None or name > after]
        return [_copy(schema) for schema in found[:limit]]

    def versions(
        self, tenant: str, name: str, *, before: int | None = None, limit: int
    ) -> Sequence[SchemaVersion]:
        schemas = self._transaction.tables.schemas
        found = [
            schemas[key]
            for key in sorted(schemas, reverse=True)
            if key[:2] == (tenant, name) and (before is None or key[2] < before)
        ]
        return [_copy(schema) for schema in found[:limit]]

    def _latest(self, tenant: str) -> dict[str, SchemaVersion]:
        schemas = self._transaction.tables.schemas
        return {
            name: schemas[owner, name, version]
            for owner, name, version in sorted(schemas)
            if owner == tenant
        }


def _copy(schema: SchemaVersion) -> SchemaVersion:
    """The schema with JSON values of its own, so that no caller can change what is kept."""
    return replace(schema, descriptor=deepcopy(schema.descriptor))
