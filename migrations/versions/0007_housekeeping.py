"""What tidying up goes by: repeated messages, times of ends and erasures, its own progress."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "files", sa.Column("republications", sa.Integer(), nullable=False, server_default="0")
    )
    _add_index(
        "ix_files_finished",
        ["processed_at", "id"],
        "status IN ('COMPLETED', 'FAILED') AND erased_at IS NULL",
    )
    _add_index(
        "ix_files_tombstones",
        ["erased_at", "id"],
        "erased_at IS NOT NULL AND removal_due_at IS NULL",
    )
    op.create_table(
        "garbage_collection",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.String()),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_garbage_collection"),
        sa.CheckConstraint("id = 1", name="one_row"),
    )


def downgrade() -> None:
    op.drop_table("garbage_collection")
    op.drop_index("ix_files_tombstones", "files")
    op.drop_index("ix_files_finished", "files")
    op.drop_column("files", "republications")


def _add_index(name: str, columns: list[str], condition: str) -> None:
    op.create_index(
        name,
        "files",
        columns,
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )
