"""The topics of the laptop: work goes into its queue, events to nobody."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Engine

from adapters.sql.database_clock import DatabaseClock
from adapters.sql.errors import queue_errors
from adapters.sql.sql_transaction import SqlTransaction
from adapters.sql.stored_messages import enqueue
from application.ports.clock import Clock
from application.ports.event_publisher import EventPublisher
from application.ports.outbox import OutboxRecord, Topic


class SqlEventPublisher(EventPublisher):
    """Publishes to the one subscriber there is, the work queue.

    `file-events` has no subscriber here; its messages are accepted and dropped, as SNS does.
    """

    def __init__(self, engine: Engine, clock: Clock, *, queue: str) -> None:
        self._engine = engine
        self._clock = DatabaseClock(clock)
        self._queue = queue

    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        work = [
            record.message.body
            for record in records
            if record.message.topic is Topic.FILE_PROCESSING
        ]
        if work:
            self._enqueue(work)
        return {}

    def _enqueue(self, bodies: Sequence[str]) -> None:
        with queue_errors(), SqlTransaction(self._engine, writes=True) as transaction:
            enqueue(transaction, self._queue, bodies, self._clock.now(transaction))
            transaction.commit()
