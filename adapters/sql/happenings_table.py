"""The table of what is counted for operators and has no record of its own."""

from sqlalchemy import Column, Index, Integer, String, Table

from adapters.sql.tables import RowNumber, metadata
from adapters.sql.utc_date_time import UtcDateTime

# A row each time, and no sum that is raised: nobody waits for anybody's row.
happenings = Table(
    "happenings",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("name", String, nullable=False),
    Column("times", Integer, nullable=False),
)
Index("ix_happenings_at", happenings.c.at)
