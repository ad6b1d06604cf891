"""What tidying up goes by: repeated messages, times of ends and erasures, its own progress."""

import sqlalchemy as sa
from alembic import op

from migrations.live_indexes import NewIndex, create_indexes

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


_INDEXES = (
    NewIndex(
        name="ix_files_finished",
        table="files",
        columns=("processed_at", "id"),
        condition="status IN ('COMPLETED', 'FAILED') AND erased_at IS NULL",
    ),
    NewIndex(
        name="ix_files_tombstones",
        table="files",
        columns=("erased_at", "id"),
        condition="erased_at IS NOT NULL AND removal_due_at IS NULL",
    ),
)


def upgrade() -> None:
    create_indexes(_INDEXES)
    op.add_column(
        "files", sa.Column("republications", sa.Integer(), nullable=False, server_default="0")
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
