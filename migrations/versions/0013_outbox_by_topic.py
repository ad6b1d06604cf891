"""The unsent messages of each topic, however many wait for the other one."""

from types import MappingProxyType

from alembic import op

from migrations.live_indexes import NewIndex, create_indexes

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TOPICS = MappingProxyType({"work": "file-processing", "events": "file-events"})


def upgrade() -> None:
    create_indexes(
        [
            NewIndex(
                name=f"ix_outbox_unsent_{name}",
                table="outbox",
                columns=("id", "available_at", "claimed_until"),
                condition=f"sent_at IS NULL AND topic = '{topic}'",
            )
            for name, topic in _TOPICS.items()
        ]
    )


def downgrade() -> None:
    for name in _TOPICS:
        op.drop_index(f"ix_outbox_unsent_{name}", "outbox")
