"""The tables. The migrations make them; a test compares the two.

The CHECK constraints repeat the essentials of the domain's table of moves, so that no bug,
script or shell can store a file whose status lies.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Uuid,
    literal_column,
)

from adapters.sql.metadata import Json, RowNumber, metadata
from adapters.sql.utc_date_time import UtcDateTime


def _outcome_fits(status: str, *outcomes: str) -> str:
    # A CHECK also passes when it is unknown, so NULL is ruled out in so many words.
    listed = ", ".join(f"'{outcome}'" for outcome in outcomes)
    return f"status = '{status}' AND outcome IS NOT NULL AND outcome IN ({listed})"


files = Table(
    "files",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("original_name", String, nullable=False),
    Column("bucket", String, nullable=False),
    Column("key", String, nullable=False),
    Column("etag", String, nullable=False),
    Column("file_type", String, nullable=False),
    Column("compression", String),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
    Column("status", String, nullable=False),
    Column("outcome", String),
    Column("error_code", String),
    Column("error_message", String),
    Column("schema_name", String),
    Column("schema_version", Integer),
    Column("options", Json, nullable=False),
    Column("metadata", Json, nullable=False),
    Column("rows", Json),
    Column("results", Json, nullable=False),
    Column("bytes_read", BigInteger, nullable=False),
    Column("rows_read", BigInteger, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("retries", Integer, nullable=False),
    Column("starts", Integer, nullable=False),
    # A version that knows no such column goes on adding files while the database is ahead.
    Column("republications", Integer, nullable=False, server_default="0"),
    Column("lease_owner", String),
    Column("lease_expires_at", UtcDateTime),
    Column("generation_started_at", UtcDateTime, nullable=False),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("published_at", UtcDateTime),
    Column("processed_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("erased_at", UtcDateTime),
    Column("removal_due_at", UtcDateTime),
    Column("version", Integer, nullable=False),
    Column("parent_id", Uuid),
    Column("trace_parent", String),
    CheckConstraint(
        "(status IN ('PENDING', 'PROCESSING') AND outcome IS NULL)"
        f" OR ({_outcome_fits('COMPLETED', 'clean', 'partial')})"
        f" OR ({_outcome_fits('FAILED', 'rejected', 'dead_lettered', 'cancelled')})",
        name="outcome_fits_status",
    ),
    CheckConstraint(
        "(status = 'PROCESSING') = (lease_owner IS NOT NULL)", name="lease_while_processing"
    ),
    CheckConstraint("(lease_owner IS NULL) = (lease_expires_at IS NULL)", name="lease_is_whole"),
    CheckConstraint("(outcome IS NULL) = (processed_at IS NULL)", name="processed_when_final"),
    CheckConstraint("attempt >= starts", name="attempt_counts_every_start"),
    CheckConstraint(
        "size_bytes >= 0 AND bytes_read >= 0 AND rows_read >= 0"
        " AND failures >= 0 AND retries >= 0 AND starts >= 0",
        name="counts_not_negative",
    ),
    CheckConstraint("generation >= 1 AND version >= 1", name="numbers_from_one"),
    CheckConstraint("(schema_name IS NULL) = (schema_version IS NULL)", name="schema_is_whole"),
    CheckConstraint(
        "erased_at IS NULL OR (outcome IS NOT NULL AND original_name = '' AND key = ''"
        " AND etag = '' AND sha256 = '' AND error_message IS NULL)",
        name="erased_is_tombstone",
    ),
)

# An unfinished file is one without outcome: by a CHECK these are the same, and a partial
# index is used only where the query repeats its condition to the letter.
is_unfinished = files.c.outcome.is_(None)
is_listed = files.c.erased_at.is_(None)
# Written out, because a value that is bound is none of an index's condition.
_dead_lettered: ColumnElement[str] = literal_column("'dead_lettered'")
is_dead_lettered = (files.c.outcome == _dead_lettered) & is_listed
# Dead letters have indexes of their own, for which SQLite would else take this one.
is_ended_otherwise = (files.c.outcome != _dead_lettered) & is_listed
# Named by status, so that SQLite does not take the index of these for the dead letters.
_finished: list[ColumnElement[str]] = [literal_column("'COMPLETED'"), literal_column("'FAILED'")]
is_kept = files.c.status.in_(_finished) & is_listed

# Read backwards it gives the list, newest first.
Index(
    "ix_files_list",
    files.c.tenant,
    files.c.created_at,
    files.c.id,
    sqlite_where=is_listed,
    postgresql_where=is_listed,
)
# By what leaves few files of many. Each is led by all that may be asked for together, so that no
# filter has to be looked up in rows which the others let through; a union takes the place of a
# value that was not asked for.
_kind = (files.c.status, files.c.outcome, files.c.file_type)
_newest = (files.c.created_at, files.c.id)
_has_schema = is_listed & files.c.schema_name.is_not(None)
for _name, _led_by, _condition in (
    ("kind", _kind, is_listed),
    ("schema", (files.c.schema_name, *_kind), _has_schema),
    ("schema_version", (files.c.schema_name, files.c.schema_version, *_kind), _has_schema),
    ("name", (files.c.original_name,), is_listed),
):
    Index(
        f"ix_files_list_by_{_name}",
        files.c.tenant,
        *_led_by,
        *_newest,
        sqlite_where=_condition,
        postgresql_where=_condition,
        # A prefix is a range in this order alone, whatever the language of the database.
        postgresql_ops={"original_name": "text_pattern_ops"},
    )
for _name, _columns, _condition in (
    ("unfinished", (files.c.id,), is_unfinished),
    ("unfinished_by_age", (files.c.generation_started_at, files.c.id), is_unfinished),
    ("ended_otherwise", (files.c.outcome,), is_ended_otherwise),
    # As for lists, which are the last given up first.
    ("dead_lettered", (files.c.processed_at, files.c.id), is_dead_lettered),
    (
        "dead_lettered_by_code",
        (files.c.error_code, files.c.processed_at, files.c.id),
        is_dead_lettered,
    ),
):
    Index(f"ix_files_{_name}", *_columns, sqlite_where=_condition, postgresql_where=_condition)

Index(
    "ix_files_finished",
    files.c.processed_at,
    files.c.id,
    sqlite_where=is_kept,
    postgresql_where=is_kept,
)
_is_forgettable = files.c.erased_at.is_not(None) & files.c.removal_due_at.is_(None)
Index(
    "ix_files_tombstones",
    files.c.erased_at,
    files.c.id,
    sqlite_where=_is_forgettable,
    postgresql_where=_is_forgettable,
)
_has_removal_due = files.c.removal_due_at.is_not(None)
Index(
    "ix_files_removal_due",
    files.c.removal_due_at,
    files.c.id,
    sqlite_where=_has_removal_due,
    postgresql_where=_has_removal_due,
)

file_history = Table(
    "file_history",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("file_id", Uuid, ForeignKey("files.id"), nullable=False),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("from_status", String),
    Column("to_status", String, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("outcome", String),
    Column("error_code", String),
    Column("error_message", String),
    Column("details", Json, nullable=False),
)
Index("ix_file_history_file", file_history.c.file_id, file_history.c.id)

# What every file does is not counted, and would be most of the index.
is_counted = file_history.c.name.not_in(
    [literal_column("'file_received'"), literal_column("'file_started'")]
)
Index(
    "ix_file_history_counted",
    file_history.c.name,
    file_history.c.at,
    sqlite_where=is_counted,
    postgresql_where=is_counted,
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("route", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
    Column("file_id", Uuid, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
Index("ix_idempotency_keys_age", idempotency_keys.c.created_at)

schemas = Table(
    "schemas",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("descriptor", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    CheckConstraint("version >= 1", name="version_from_one"),
)

garbage_collection = Table(
    "garbage_collection",
    metadata,
    # There is one row: the newest collection.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("position", String),
    Column("is_over", Boolean, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
