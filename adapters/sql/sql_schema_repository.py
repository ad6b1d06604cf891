"""The registered schemas in the database."""

from collections.abc import Sequence

from sqlalchemy import func, insert, select, tuple_

from adapters.sql.sql_transaction import SqlTransaction
from adapters.sql.storable_text import is_storable
from adapters.sql.tables import schemas
from application.errors import ConflictingSchemaVersionError, UnknownSchemaError
from application.ports.schema_repository import SchemaRepository, SchemaVersion


class SqlSchemaRepository(SchemaRepository):
    """Versions in `schemas`, each of them written once."""

    def __init__(self, transaction: SqlTransaction) -> None:
        self._transaction = transaction

    def add(self, schema: SchemaVersion) -> None:
        reference = f"{schema.name}@{schema.version}"
        row = {
            "tenant": schema.tenant,
            "name": schema.name,
            "version": schema.version,
            "descriptor": dict(schema.descriptor),
            "created_at": schema.created_at,
        }
        self._transaction.change(
            insert(schemas),
            row,
            violations={"pk_schemas": ConflictingSchemaVersionError(reference)},
        )

    def get(self, tenant: str, name: str, version: int | None = None) -> SchemaVersion:
        reference = name if version is None else f"{name}@{version}"
        if not is_storable(name):
            raise UnknownSchemaError(reference)
        wanted = select(schemas).where(schemas.c.tenant == tenant, schemas.c.name == name)
        if version is not None:
            wanted = wanted.where(schemas.c.version == version)
        rows = self._transaction.rows(wanted.order_by(schemas.c.version.desc()).limit(1))
        if not rows:
            raise UnknownSchemaError(reference)
        return SchemaVersion(**rows[0]._mapping)

    def list(self, tenant: str) -> Sequence[SchemaVersion]:
        latest = (
            select(schemas.c.name, func.max(schemas.c.version))
            .where(schemas.c.tenant == tenant)
            .group_by(schemas.c.name)
        )
        wanted = select(schemas).where(
            schemas.c.tenant == tenant, tuple_(schemas.c.name, schemas.c.version).in_(latest)
        )
        versions = [SchemaVersion(**row._mapping) for row in self._transaction.rows(wanted)]
        # Not ORDER BY: what comes first is a question of the server's collation.
        return sorted(versions, key=lambda version: version.name)
