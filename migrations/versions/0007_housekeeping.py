"""What tidying up goes by: how often a message was repeated, who ended when, who is erased."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "files", sa.Column("republications", sa.Integer(), nullable=False, server_default="0")
    )
    _add_index(
        "ix_files_finished",
        ["processed_at", "id"],
        "erased_at IS NULL AND processed_at IS NOT NULL",
    )
    _add_index(
        "ix_files_tombstones",
        ["erased_at", "id"],
        "erased_at IS NOT NULL AND removal_due_at IS NULL",
    )


def downgrade() -> None:
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
