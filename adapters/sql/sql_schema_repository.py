"""The registered schemas in the database."""

from collections.abc import Sequence

from sqlalchemy import func, insert, select, tuple_

from adapters.sql.sql_transaction import SqlTransaction
from adapters.sql.storable_text import is_storable
from adapters.sql.tables import schemas
from application.errors import ConflictingSchemaVersionError, UnknownSchemaError
from application.ports.schema_repository import SchemaRepository, SchemaVersion

# Each name is a parameter of the statement, of which SQLite and PostgreSQL take so many.
_NAMES_AT_ONCE = 500


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

    def list(
        self, tenant: str, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[SchemaVersion]:
        # Not ORDER BY: what comes first is a question of the server's collation. Names are
        # few and short beside what is kept under them, and come from the primary key alone.
        every = select(schemas.c.name).where(schemas.c.tenant == tenant).distinct()
        names = sorted(row.name for row in self._transaction.rows(every))
        return self._latest(
            tenant, [name for name in names if after is None or name > after][:limit]
        )

    def versions(
        self, tenant: str, name: str, *, before: int | None = None, limit: int
    ) -> Sequence[SchemaVersion]:
        if not is_storable(name):
            return []
        wanted = select(schemas).where(schemas.c.tenant == tenant, schemas.c.name == name)
        if before is not None:
            wanted = wanted.where(schemas.c.version < before)
        rows = self._transaction.rows(wanted.order_by(schemas.c.version.desc()).limit(limit))
        return [SchemaVersion(**row._mapping) for row in rows]

    def _latest(self, tenant: str, names: Sequence[str]) -> Sequence[SchemaVersion]:
        """The latest version of each, by name."""
        found: dict[str, SchemaVersion] = {}
        for start in range(0, len(names), _NAMES_AT_ONCE):
            some = names[start : start + _NAMES_AT_ONCE]
            latest = (
                select(schemas.c.name, func.max(schemas.c.version))
                .where(schemas.c.tenant == tenant, schemas.c.name.in_(some))
                .group_by(schemas.c.name)
            )
            wanted = select(schemas).where(
                schemas.c.tenant == tenant, tuple_(schemas.c.name, schemas.c.version).in_(latest)
            )
            rows = self._transaction.rows(wanted)
            found.update((row.name, SchemaVersion(**row._mapping)) for row in rows)
        return [found[name] for name in names if name in found]
