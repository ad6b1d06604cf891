"""What a file's bytes are compressed by; so far none were taken that are."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("files", sa.Column("compression", sa.String()))


def downgrade() -> None:
    op.drop_column("files", "compression")
