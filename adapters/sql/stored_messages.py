"""The rows behind the laptop queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, delete, func, insert, select, update

from adapters.sql.database_clock import DatabaseClock
from adapters.sql.errors import queue_errors
from adapters.sql.message_tables import queue_messages
from adapters.sql.sql_transaction import SqlTransaction
from application.ports.clock import Clock
from application.ports.message_queue import Delivery

_message = queue_messages.c


@dataclass(frozen=True, slots=True, kw_only=True)
class RedrivePolicy:
    """As in SQS: a message that is due after `max_receives` receives changes its queue."""

    max_receives: int
    dead_letter_queue: str


class StoredMessages:
    """The messages of one queue, each call a transaction of its own.

    A receipt names the message and the count of its receives, so that the next receive makes
    it stale. `retention` counts from the first enqueueing, in the dead-letter queue too, as
    SQS does. Every method may raise QueueUnavailableError.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        queue: str,
        *,
        retention: timedelta,
        redrive: RedrivePolicy | None = None,
    ) -> None:
        self._engine = engine
        self._clock = DatabaseClock(clock)
        self._queue = queue
        self._retention = retention
        self._redrive = redrive

    def receive(
        self, *, limit: int, visibility_seconds: int, receiver: str | None = None
    ) -> Sequence[Delivery]:
        """At most `limit` messages that were visible and now are hidden, for `receiver`."""
        if not self._has_visible():
            return ()
        with queue_errors(), SqlTransaction(self._engine, writes=True) as transaction:
            now = self._clock.now(transaction)
            self._discard_expired(transaction, now)
            self._move_dead_letters(transaction, now)
            hidden_until = now + timedelta(seconds=visibility_seconds)
            deliveries = self._take(
                transaction, now, limit=limit, hidden_until=hidden_until, receiver=receiver
            )
            transaction.commit()
        return deliveries

    def hide(self, delivery: Delivery, *, seconds: int) -> None:
        """Shows the message again after `seconds`; a stale receipt changes nothing."""
        with queue_errors(), SqlTransaction(self._engine, writes=True) as transaction:
            visible_at = self._clock.now(transaction) + timedelta(seconds=seconds)
            statement = update(queue_messages).where(self._named_by(delivery))
            transaction.change(statement.values(visible_at=visible_at))
            transaction.commit()

    def delete(self, delivery: Delivery) -> None:
        """Removes the message; a stale receipt changes nothing."""
        with queue_errors(), SqlTransaction(self._engine, writes=True) as transaction:
            transaction.change(delete(queue_messages).where(self._named_by(delivery)))
            transaction.commit()

    def reveal(self, owner: str | None) -> int:
        """Shows what `owner` received, or anybody, at once; returns how many were hidden."""
        with queue_errors(), SqlTransaction(self._engine, writes=True) as transaction:
            now = self._clock.now(transaction)
            is_hidden = self._is_ours & (_message.receive_count > 0) & (_message.visible_at > now)
            if owner is not None:
                is_hidden &= _message.received_by == owner
            revealed = transaction.change(
                update(queue_messages).where(is_hidden).values(visible_at=now)
            )
            transaction.commit()
        return revealed

    def count(self) -> int:
        """How many messages there are, hidden ones included."""
        with queue_errors(), SqlTransaction(self._engine, writes=False) as transaction:
            is_kept = _message.enqueued_at > self._clock.now(transaction) - self._retention
            counting = select(func.count()).select_from(queue_messages)
            count: int = transaction.rows(counting.where(self._is_ours, is_kept))[0][0]
        return count

    @property
    def _is_ours(self) -> ColumnElement[bool]:
        return _message.queue == self._queue

    def _is_visible(self, now: datetime) -> ColumnElement[bool]:
        return self._is_ours & (_message.visible_at <= now)

    def _has_visible(self) -> bool:
        """Looks without the write lock, which the many empty polls need not queue up for."""
        with queue_errors(), SqlTransaction(self._engine, writes=False) as transaction:
            is_visible = self._is_visible(self._clock.now(transaction))
            return bool(transaction.rows(select(_message.id).where(is_visible).limit(1)))

    def _discard_expired(self, transaction: SqlTransaction, now: datetime) -> None:
        is_expired = self._is_visible(now) & (_message.enqueued_at <= now - self._retention)
        transaction.change(delete(queue_messages).where(is_expired))

    def _move_dead_letters(self, transaction: SqlTransaction, now: datetime) -> None:
        if self._redrive is None:
            return
        is_spent = _message.receive_count >= self._redrive.max_receives
        transaction.change(
            update(queue_messages)
            .where(self._is_visible(now), is_spent)
            .values(queue=self._redrive.dead_letter_queue, visible_at=now, received_by=None)
        )

    def _take(
        self,
        transaction: SqlTransaction,
        now: datetime,
        *,
        limit: int,
        hidden_until: datetime,
        receiver: str | None,
    ) -> Sequence[Delivery]:
        visible = (
            select(_message.id)
            .where(self._is_visible(now))
            .order_by(_message.visible_at, _message.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        taken = update(queue_messages).where(
            _message.id.in_([row.id for row in transaction.rows(visible)])
        )
        rows = transaction.rows(
            taken.values(
                visible_at=hidden_until,
                receive_count=_message.receive_count + 1,
                received_by=receiver,
            ).returning(_message.id, _message.body, _message.receive_count)
        )
        return [
            Delivery(
                message_id=str(row.id),
                receipt=f"{row.id}.{row.receive_count}",
                body=row.body,
                receive_count=row.receive_count,
            )
            for row in rows
        ]

    def _named_by(self, delivery: Delivery) -> ColumnElement[bool]:
        message_id, _, receive_count = delivery.receipt.partition(".")
        return (
            self._is_ours
            & (_message.id == int(message_id))
            & (_message.receive_count == int(receive_count))
        )


def enqueue(transaction: SqlTransaction, queue: str, bodies: Sequence[str], at: datetime) -> None:
    """Puts new messages into the queue, visible from `at` on."""
    rows = [
        {"queue": queue, "body": body, "enqueued_at": at, "visible_at": at, "receive_count": 0}
        for body in bodies
    ]
    transaction.change(insert(queue_messages), rows)
