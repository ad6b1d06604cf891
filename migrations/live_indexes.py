"""Indexes of large tables, made while the service goes on writing to them."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from alembic import op

_IS_BROKEN = sa.text(
    "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass(:name) AND NOT indisvalid"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIndex:
    """An index over the rows that `condition` is true for."""

    name: str
    table: str
    columns: Sequence[str]
    condition: str


def create_indexes(indexes: Sequence[NewIndex]) -> None:
    """Makes them; to be called first in a revision, before anything takes a lock.

    On PostgreSQL concurrently and outside any transaction, so that nobody waits. What an
    earlier try has made is kept, but for what it left half made. SQLite, whose one writer
    waits in any case, makes them within the revision's transaction.
    """
    if op.get_bind().dialect.name != "postgresql":
        for index in indexes:
            _create(index)
        return
    with op.get_context().autocommit_block():
        patience = op.get_bind().scalar(sa.text("SELECT current_setting('lock_timeout')"))
        # It waits for transactions that began before it, and blocks none of them meanwhile.
        op.execute("SET lock_timeout = 0")
        for index in indexes:
            _create_concurrently(index)
        op.execute(f"SET lock_timeout = '{patience}'")


def _create_concurrently(index: NewIndex) -> None:
    if op.get_bind().scalar(_IS_BROKEN, {"name": index.name}):
        op.drop_index(index.name, index.table, postgresql_concurrently=True)
    _create(index, postgresql_concurrently=True, if_not_exists=True)


def _create(
    index: NewIndex, *, postgresql_concurrently: bool = False, if_not_exists: bool | None = None
) -> None:
    where = sa.text(index.condition)
    op.create_index(
        index.name,
        index.table,
        list(index.columns),
        if_not_exists=if_not_exists,
        sqlite_where=where,
        postgresql_where=where,
        postgresql_concurrently=postgresql_concurrently,
    )
