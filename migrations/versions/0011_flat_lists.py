"""Indexes by which a list costs the same among ten files and among ten million."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from alembic import op

from migrations.live_indexes import NewIndex, create_indexes

revision = "0011"
down_revision = "0010"
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
    create_indexes(
        [_list_index(name, columns, condition) for name, (columns, condition) in _ADDED.items()]
    )
    for name in _REMOVED:
        op.drop_index(f"ix_files_list_by_{name}", "files")


def downgrade() -> None:
    create_indexes([_list_index(name, [name], condition) for name, condition in _REMOVED.items()])
    for name in _ADDED:
        op.drop_index(f"ix_files_list_by_{name}", "files")


def _list_index(name: str, columns: Sequence[str], condition: str) -> NewIndex:
    # Only in this order do names that begin alike stand together.
    by_prefix = {"original_name": "text_pattern_ops"} if "original_name" in columns else {}
    return NewIndex(
        name=f"ix_files_list_by_{name}",
        table="files",
        columns=("tenant", *columns, "created_at", "id"),
        condition=condition,
        operator_classes=by_prefix,
    )
