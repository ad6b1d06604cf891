"""What operators ask for: dead letters, how old what waits is, and what happened lately."""

import sqlalchemy as sa
from alembic import op

from migrations.live_indexes import NewIndex, create_indexes

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_DEAD_LETTERED = "outcome = 'dead_lettered' AND erased_at IS NULL"
_INDEXES = (
    NewIndex(
        name="ix_files_unfinished_by_age",
        table="files",
        columns=("generation_started_at", "id"),
        condition="outcome IS NULL",
    ),
    NewIndex(
        name="ix_files_ended_otherwise",
        table="files",
        columns=("outcome",),
        condition="outcome != 'dead_lettered' AND erased_at IS NULL",
    ),
    NewIndex(
        name="ix_files_dead_lettered",
        table="files",
        columns=("processed_at", "id"),
        condition=_DEAD_LETTERED,
    ),
    NewIndex(
        name="ix_files_dead_lettered_by_code",
        table="files",
        columns=("error_code", "processed_at", "id"),
        condition=_DEAD_LETTERED,
    ),
    NewIndex(
        name="ix_file_history_counted",
        table="file_history",
        columns=("name", "at"),
        condition="(name NOT IN ('file_received', 'file_started'))",
    ),
)


def upgrade() -> None:
    create_indexes(_INDEXES)
    # Without a value in the rows that wait now, and in those of an earlier version beside us.
    # The one lock of this transaction: uploads lock files first and the outbox after them.
    op.add_column("outbox", sa.Column("added_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    for index in reversed(_INDEXES):
        op.drop_index(index.name, index.table)
    op.drop_column("outbox", "added_at")
