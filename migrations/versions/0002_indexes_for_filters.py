"""Indexes for the list's filters, and for what the reconciler forgets."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_list_index("status", only_where="erased_at IS NULL")
    for column in ("outcome", "schema_name"):
        _create_list_index(column, only_where=f"erased_at IS NULL AND {column} IS NOT NULL")
    op.create_index("ix_outbox_sent", "outbox", ["sent_at"], **_only_where("sent_at IS NOT NULL"))


def downgrade() -> None:
    op.drop_index("ix_outbox_sent", "outbox")
    for column in ("schema_name", "outcome", "status"):
        op.drop_index(f"ix_files_list_by_{column}", "files")


def _create_list_index(column: str, *, only_where: str) -> None:
    op.create_index(
        f"ix_files_list_by_{column}",
        "files",
        ["tenant", column, "created_at", "id"],
        **_only_where(only_where),
    )


def _only_where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
