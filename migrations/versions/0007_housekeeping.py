"""What tidying up has to remember: how often a message was repeated."""

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


def downgrade() -> None:
    op.drop_column("files", "republications")
