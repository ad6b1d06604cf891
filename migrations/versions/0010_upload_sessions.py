"""Uploads that come in parts."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "upload_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("original_name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("handle", sa.String()),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("part_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String()),
        sa.Column("schema_name", sa.String()),
        sa.Column("schema_version", sa.Integer()),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("metadata", sa.JSON(), nullable=False),
        sa.Column("parent_id", sa.Uuid()),
        sa.Column("trace_parent", sa.String()),
        sa.Column("refusal", sa.String()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_upload_sessions"),
        sa.CheckConstraint(
            "status IN ('open', 'completed', 'aborted', 'expired', 'refused')",
            name="status_is_known",
        ),
        sa.CheckConstraint("(status = 'open') = (ended_at IS NULL)", name="ended_unless_open"),
        sa.CheckConstraint(
            "(status = 'refused') = (refusal IS NOT NULL)", name="refused_for_a_reason"
        ),
        sa.CheckConstraint("size_bytes >= 1 AND part_bytes >= 1", name="sizes_from_one"),
        sa.CheckConstraint(
            "(schema_name IS NULL) = (schema_version IS NULL)", name="schema_is_whole"
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR (original_name = '' AND key = '' AND handle IS NULL"
            " AND sha256 IS NULL)",
            name="ended_has_no_name",
        ),
    )
    _add_index("ix_upload_sessions_open", ["tenant"], "status = 'open'")
    _add_index("ix_upload_sessions_expiry", ["expires_at", "id"], "status = 'open'")
    _add_index("ix_upload_sessions_ended", ["ended_at"], "ended_at IS NOT NULL")


def downgrade() -> None:
    op.drop_table("upload_sessions")


def _add_index(name: str, columns: list[str], condition: str) -> None:
    op.create_index(
        name,
        "upload_sessions",
        columns,
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )
