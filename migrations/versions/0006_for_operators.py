"""What operators ask for: dead letters, how old what waits is, and what happened lately."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_DEAD_LETTERED = "outcome = 'dead_lettered' AND erased_at IS NULL"
_INDEXES = (
    ("ix_files_unfinished_by_age", "files", ["generation_started_at", "id"], "outcome IS NULL"),
    (
        "ix_files_ended_otherwise",
        "files",
        ["outcome"],
        "outcome != 'dead_lettered' AND erased_at IS NULL",
    ),
    ("ix_files_dead_lettered", "files", ["processed_at", "id"], _DEAD_LETTERED),
    (
        "ix_files_dead_lettered_by_code",
        "files",
        ["error_code", "processed_at", "id"],
        _DEAD_LETTERED,
    ),
    (
        "ix_file_history_counted",
        "file_history",
        ["name", "at"],
        "(name NOT IN ('file_received', 'file_started'))",
    ),
)


def upgrade() -> None:
    # Without a value in the rows that wait now, and in those of an earlier version beside us.
    op.add_column("outbox", sa.Column("added_at", sa.DateTime(timezone=True)))
    for name, table, columns, condition in _INDEXES:
        where = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, table, _, _ in reversed(_INDEXES):
        op.drop_index(name, table)
    op.drop_column("outbox", "added_at")
