"""The outbox in the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, delete, false, insert, or_, select, update

from adapters.sql.database_clock import DatabaseClock
from adapters.sql.message_tables import is_unsent, is_unsent_for, outbox
from adapters.sql.sql_transaction import SqlTransaction
from application.ports.outbox import ALL_TOPICS, Outbox, OutboxRecord, OutgoingMessage, Topic

_UNCLAIMED = {"claimed_by": None, "claimed_until": None}


class SqlOutbox(Outbox):
    """Messages in `outbox`, written by the transaction that they tell of."""

    def __init__(self, transaction: SqlTransaction, clock: DatabaseClock) -> None:
        self._transaction = transaction
        self._clock = clock
        self._has_new = False

    @property
    def has_new(self) -> bool:
        """True when a commit will bring something to send."""
        return self._has_new

    def add(self, message: OutgoingMessage) -> None:
        now = self._clock.now(self._transaction)
        row = {
            "topic": message.topic.value,
            "file_id": message.file_id,
            "tenant": message.tenant,
            "body": message.body,
            "attributes": message.attributes,
            "added_at": now,
            "available_at": now,
            "tries": 0,
        }
        self._transaction.change(insert(outbox), row)
        self._has_new = True

    def claim(
        self,
        *,
        owner: str,
        limit: int,
        at: datetime,
        until: datetime,
        topics: Collection[Topic] = ALL_TOPICS,
    ) -> Sequence[OutboxRecord]:
        claimable = (
            select(outbox.c.id)
            .where(
                _is_unsent_for(topics),
                outbox.c.available_at <= at,
                outbox.c.claimed_until.is_(None) | (outbox.c.claimed_until <= at),
            )
            .order_by(outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        is_claimed = outbox.c.id.in_([row.id for row in self._transaction.rows(claimable)])
        self._transaction.change(
            update(outbox).where(is_claimed).values(claimed_by=owner, claimed_until=until)
        )
        claimed = select(outbox).where(is_claimed).order_by(outbox.c.id)
        return [_record(row) for row in self._transaction.rows(claimed)]

    def mark_sent(self, record_ids: Sequence[int], *, owner: str, at: datetime) -> None:
        is_ours = outbox.c.id.in_(record_ids) & (outbox.c.claimed_by == owner)
        self._transaction.change(
            update(outbox).where(is_ours).values(sent_at=at, body="", **_UNCLAIMED)
        )

    def withdraw_work(self, file_id: UUID) -> None:
        is_work = outbox.c.topic == Topic.FILE_PROCESSING.value
        self._transaction.change(
            delete(outbox).where(outbox.c.file_id == file_id, is_unsent, is_work)
        )

    def postpone(self, record_id: int, *, owner: str, available_at: datetime, error: str) -> None:
        is_ours = (outbox.c.id == record_id) & (outbox.c.claimed_by == owner)
        self._transaction.change(
            update(outbox)
            .where(is_ours)
            .values(
                available_at=available_at,
                tries=outbox.c.tries + 1,
                last_error=error,
                **_UNCLAIMED,
            )
        )

    def void_claims(self, owner: str | None = None) -> int:
        is_claimed = is_unsent & outbox.c.claimed_by.is_not(None)
        if owner is not None:
            is_claimed &= outbox.c.claimed_by == owner
        return self._transaction.change(update(outbox).where(is_claimed).values(_UNCLAIMED))

    def delete_sent(self, *, before: datetime, limit: int) -> int:
        old = select(outbox.c.id).where(outbox.c.sent_at < before).limit(limit)
        return self._transaction.change(delete(outbox).where(outbox.c.id.in_(old)))


def _is_unsent_for(topics: Collection[Topic]) -> ColumnElement[bool]:
    # Of all together there is an index in their order; those of each would have to be merged.
    if ALL_TOPICS.issubset(topics):
        return is_unsent
    return or_(false(), *(is_unsent_for[topic] for topic in topics))


def _record(row: Row[Any]) -> OutboxRecord:
    message = OutgoingMessage(
        topic=Topic(row.topic),
        file_id=row.file_id,
        tenant=row.tenant,
        body=row.body,
        attributes=tuple((name, value) for name, value in row.attributes),
    )
    return OutboxRecord(id=row.id, message=message, tries=row.tries)
