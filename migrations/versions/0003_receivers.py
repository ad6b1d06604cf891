"""Who received a message last, so that only what a dead receiver held is shown again."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("queue_messages", sa.Column("received_by", sa.String()))


def downgrade() -> None:
    op.drop_column("queue_messages", "received_by")
