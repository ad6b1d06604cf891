"""Indexes by which a list costs the same among ten files and among ten million."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0007"
branch_labels = None
depends_on = None

_LISTED = "erased_at IS NULL"
_WITH_SCHEMA = "erased_at IS NULL AND schema_name IS NOT NULL"
_KIND = ("status", "outcome", "file_type")
_ADDED: Mapping[str, tuple[Sequence[str], str]] = MappingProxyType(
    {
        "kind": (_KIND, _LISTED),
        "schema": (("schema_name", *_KIND), _WITH_SCHEMA),
        "schema_version": (("schema_name", "schema_version", *_KIND), _WITH_SCHEMA),
        "name": (("original_name",), _LISTED),
    }
)
_REMOVED = MappingProxyType(
    {
        "status": _LISTED,
        "outcome": "erased_at IS NULL AND outcome IS NOT NULL",
        "schema_name": _WITH_SCHEMA,
    }
)


def upgrade() -> None:
    for name, (columns, condition) in _ADDED.items():
        _create_list_index(name, columns, only_where=condition)
    for name in _REMOVED:
        op.drop_index(f"ix_files_list_by_{name}", "files")


def downgrade() -> None:
    for name, condition in _REMOVED.items():
        _create_list_index(name, [name], only_where=condition)
    for name in _ADDED:
        op.drop_index(f"ix_files_list_by_{name}", "files")


def _create_list_index(name: str, columns: Sequence[str], *, only_where: str) -> None:
    op.create_index(
        f"ix_files_list_by_{name}",
        "files",
        ["tenant", *columns, "created_at", "id"],
        sqlite_where=sa.text(only_where),
        postgresql_where=sa.text(only_where),
        # Only in this order do names that begin alike stand together.
        postgresql_ops={"original_name": "text_pattern_ops"},
    )
