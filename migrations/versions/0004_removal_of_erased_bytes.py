"""When storage is to lose what it has of an erased file; those erased so far are due."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("files", sa.Column("removal_due_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE files SET removal_due_at = erased_at WHERE erased_at IS NOT NULL")
    condition = sa.text("removal_due_at IS NOT NULL")
    op.create_index(
        "ix_files_removal_due",
        "files",
        ["removal_due_at", "id"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
    # What has left already would otherwise keep the names of files erased from now on.
    op.execute("UPDATE outbox SET body = '' WHERE sent_at IS NOT NULL")


def downgrade() -> None:
    op.drop_index("ix_files_removal_due", "files")
    op.drop_column("files", "removal_due_at")
