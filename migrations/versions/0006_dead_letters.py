"""Indexes for the files that were given up: by the time at which, and by the reason."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_files_dead_lettered", ["processed_at", "id"]),
    ("ix_files_dead_lettered_by_code", ["error_code", "processed_at", "id"]),
)


def upgrade() -> None:
    condition = sa.text("outcome = 'dead_lettered' AND erased_at IS NULL")
    for name, columns in _INDEXES:
        op.create_index(name, "files", columns, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    for name, _ in _INDEXES:
        op.drop_index(name, "files")
