"""The outbox in memory."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from adapters.memory.database import MemoryDatabase, OutboxRow, Tables, Transaction
from application.ports.clock import Clock
from application.ports.outbox import ALL_TOPICS, Outbox, OutboxRecord, OutgoingMessage, Topic


class MemoryOutbox(Outbox):
    """The messages of one transaction; ids come from the database, with gaps, as in SQL."""

    def __init__(self, database: MemoryDatabase, transaction: Transaction, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._transaction = transaction

    def add(self, message: OutgoingMessage) -> None:
        row = OutboxRow(
            id=next(self._database.outbox_ids), message=message, added_at=self._clock.now()
        )
        self._transaction.change(lambda tables: tables.outbox.__setitem__(row.id, row))
        self._transaction.has_outgoing_messages = True

    def claim(
        self,
        *,
        owner: str,
        limit: int,
        at: datetime,
        until: datetime,
        topics: Collection[Topic] = ALL_TOPICS,
    ) -> Sequence[OutboxRecord]:
        def take(tables: Tables) -> Sequence[OutboxRecord]:
            claimable = sorted(
                row.id
                for row in tables.outbox.values()
                if _is_free(row, at) and row.message.topic in topics
            )
            taken = [tables.outbox[record_id] for record_id in claimable[:limit]]
            for row in taken:
                tables.outbox[row.id] = replace(row, claimed_by=owner, claimed_until=until)
            return [OutboxRecord(id=row.id, message=row.message, tries=row.tries) for row in taken]

        return self._transaction.change(take)

    def mark_sent(self, record_ids: Sequence[int], *, owner: str, at: datetime) -> None:
        self._change_claimed(record_ids, owner, lambda row: _sent(row, at))

    def withdraw_work(self, file_id: UUID) -> None:
        def withdraw(tables: Tables) -> None:
            for row in tuple(tables.outbox.values()):
                is_work = row.message.topic is Topic.FILE_PROCESSING
                if row.message.file_id == file_id and is_work and row.sent_at is None:
                    del tables.outbox[row.id]

        self._transaction.change(withdraw)

    def postpone(self, record_id: int, *, owner: str, available_at: datetime, error: str) -> None:
        def give_back(row: OutboxRow) -> OutboxRow:
            waiting = replace(row, tries=row.tries + 1, available_at=available_at, error=error)
            return _without_claim(waiting)

        self._change_claimed([record_id], owner, give_back)

    def void_claims(self, owner: str | None = None) -> int:
        def void(tables: Tables) -> int:
            claimed = [
                row
                for row in tables.outbox.values()
                if row.claimed_by and owner in (None, row.claimed_by) and not row.sent_at
            ]
            tables.outbox.update((row.id, _without_claim(row)) for row in claimed)
            return len(claimed)

        return self._transaction.change(void)

    def delete_sent(self, *, before: datetime, limit: int) -> int:
        def delete(tables: Tables) -> int:
            sent = [
                row.id for row in tables.outbox.values() if row.sent_at and row.sent_at < before
            ]
            for record_id in sorted(sent)[:limit]:
                del tables.outbox[record_id]
            return min(len(sent), limit)

        return self._transaction.change(delete)

    def _change_claimed(
        self, record_ids: Sequence[int], owner: str, change: Callable[[OutboxRow], OutboxRow]
    ) -> None:
        def change_own(tables: Tables) -> None:
            for record_id in record_ids:
                row = tables.outbox.get(record_id)
                if row is not None and row.claimed_by == owner and row.sent_at is None:
                    tables.outbox[record_id] = change(row)

        self._transaction.change(change_own)


def _is_free(row: OutboxRow, at: datetime) -> bool:
    return (
        row.sent_at is None
        and (row.available_at is None or row.available_at <= at)
        and (row.claimed_until is None or row.claimed_until <= at)
    )


def _sent(row: OutboxRow, at: datetime) -> OutboxRow:
    return replace(row, sent_at=at, message=replace(row.message, body=""))


def _without_claim(row: OutboxRow) -> OutboxRow:
    return replace(row, claimed_by=None, claimed_until=None)
