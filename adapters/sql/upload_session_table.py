"""The table of the uploads in parts."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    String,
    Table,
    Uuid,
    literal_column,
)

from adapters.sql.metadata import Json, metadata
from adapters.sql.utc_date_time import UtcDateTime

upload_sessions = Table(
    "upload_sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("status", String, nullable=False),
    Column("original_name", String, nullable=False),
    Column("key", String, nullable=False),
    Column("handle", String),
    Column("size_bytes", BigInteger, nullable=False),
    Column("part_bytes", BigInteger, nullable=False),
    Column("sha256", String),
    Column("schema_name", String),
    Column("schema_version", Integer),
    Column("options", Json, nullable=False),
    Column("metadata", Json, nullable=False),
    Column("parent_id", Uuid),
    Column("trace_parent", String),
    Column("refusal", String),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    CheckConstraint(
        "status IN ('open', 'completed', 'aborted', 'expired', 'refused')", name="status_is_known"
    ),
    CheckConstraint("(status = 'open') = (ended_at IS NULL)", name="ended_unless_open"),
    CheckConstraint("(status = 'refused') = (refusal IS NOT NULL)", name="refused_for_a_reason"),
    CheckConstraint("size_bytes >= 1 AND part_bytes >= 1", name="sizes_from_one"),
    CheckConstraint("(schema_name IS NULL) = (schema_version IS NULL)", name="schema_is_whole"),
    CheckConstraint(
        "ended_at IS NULL OR (original_name = '' AND key = '' AND handle IS NULL"
        " AND sha256 IS NULL)",
        name="ended_has_no_name",
    ),
)

# Written out, because a value that is bound is none of an index's condition.
is_open = upload_sessions.c.status == literal_column("'open'")
is_ended = upload_sessions.c.ended_at.is_not(None)

Index(
    "ix_upload_sessions_open",
    upload_sessions.c.tenant,
    sqlite_where=is_open,
    postgresql_where=is_open,
)
Index(
    "ix_upload_sessions_expiry",
    upload_sessions.c.expires_at,
    upload_sessions.c.id,
    sqlite_where=is_open,
    postgresql_where=is_open,
)
Index(
    "ix_upload_sessions_ended",
    upload_sessions.c.ended_at,
    sqlite_where=is_ended,
    postgresql_where=is_ended,
)
