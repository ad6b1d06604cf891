"""Whose records these are, and how far they have come."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, Table, Uuid

from adapters.sql.tables import metadata
from adapters.sql.utc_date_time import UtcDateTime

installation = Table(
    "installation",
    metadata,
    # There is one row.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("installation", Uuid, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("compared_at", UtcDateTime, nullable=False),
    Column("paused_until", UtcDateTime),
    CheckConstraint("id = 1", name="one_row"),
    CheckConstraint("epoch >= 0", name="epoch_not_negative"),
)
