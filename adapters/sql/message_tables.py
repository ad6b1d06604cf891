"""The tables of messages: those on their way out, and the queue of a machine that has no other."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Index,
    Integer,
    String,
    Table,
    Uuid,
    literal_column,
)

from adapters.sql.metadata import Json, RowNumber, metadata
from adapters.sql.utc_date_time import UtcDateTime
from application.ports.outbox import Topic

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("topic", String, nullable=False),
    Column("file_id", Uuid, nullable=False),
    Column("tenant", String, nullable=False),
    Column("body", String, nullable=False),
    Column("attributes", Json, nullable=False),
    Column("added_at", UtcDateTime),
    Column("available_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("claimed_by", String),
    Column("claimed_until", UtcDateTime),
    Column("sent_at", UtcDateTime),
    Column("last_error", String),
    CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name="claim_is_whole"),
    # A number that was used once is never given to another row, so a late relay cannot
    # mark somebody else's message.
    sqlite_autoincrement=True,
)

is_unsent = outbox.c.sent_at.is_(None)

Index(
    "ix_outbox_unsent",
    outbox.c.id,
    outbox.c.available_at,
    outbox.c.claimed_until,
    sqlite_where=is_unsent,
    postgresql_where=is_unsent,
)
is_unsent_for: Mapping[Topic, ColumnElement[bool]] = MappingProxyType(
    # In words, not as a parameter: what a plan does not know makes no partial index its own.
    {topic: is_unsent & (outbox.c.topic == literal_column(f"'{topic}'")) for topic in Topic}
)
"""The messages of one topic, among which those of the other one are not in the way."""

# SQLite, to which they are as good as the one of all unsent rows, takes those made last.
for _topic, _name in ((Topic.FILE_PROCESSING, "work"), (Topic.FILE_EVENTS, "events")):
    Index(
        f"ix_outbox_unsent_{_name}",
        outbox.c.id,
        outbox.c.available_at,
        outbox.c.claimed_until,
        sqlite_where=is_unsent_for[_topic],
        postgresql_where=is_unsent_for[_topic],
    )
Index(
    "ix_outbox_unsent_by_file",
    outbox.c.file_id,
    sqlite_where=is_unsent,
    postgresql_where=is_unsent,
)
_is_sent = outbox.c.sent_at.is_not(None)
Index("ix_outbox_sent", outbox.c.sent_at, sqlite_where=_is_sent, postgresql_where=_is_sent)

queue_messages = Table(
    "queue_messages",
    metadata,
    Column("id", RowNumber, primary_key=True),
    # Dead letters stay in this table: moving one is a change of this name, and so atomic.
    Column("queue", String, nullable=False),
    Column("body", String, nullable=False),
    Column("enqueued_at", UtcDateTime, nullable=False),
    Column("visible_at", UtcDateTime, nullable=False),
    Column("receive_count", Integer, nullable=False),
    # Who has the receipt that is not stale; nobody's while it never was received here.
    Column("received_by", String),
    CheckConstraint("receive_count >= 0", name="receive_count_not_negative"),
    # As in the outbox: a stale receipt never names a later message.
    sqlite_autoincrement=True,
)
Index(
    "ix_queue_messages_due",
    queue_messages.c.queue,
    queue_messages.c.visible_at,
    queue_messages.c.id,
)
