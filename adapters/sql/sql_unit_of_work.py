"""Transactions over the database."""

from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from adapters.sql.database_clock import DatabaseClock
from adapters.sql.sql_dead_lettered_files import SqlDeadLetteredFiles
from adapters.sql.sql_file_repository import SqlFileRepository
from adapters.sql.sql_idempotency_keys import SqlIdempotencyKeys
from adapters.sql.sql_outbox import SqlOutbox
from adapters.sql.sql_schema_repository import SqlSchemaRepository
from adapters.sql.sql_statistics import SqlStatistics
from adapters.sql.sql_transaction import SqlTransaction
from application.ports.clock import Clock
from application.ports.unit_of_work import (
    CommitBell,
    EventObserver,
    UnitOfWork,
    UnitOfWorkFactory,
)


class SqlUnitOfWorkFactory(UnitOfWorkFactory):
    """Begins transactions on the engine's connections."""

    def __init__(
        self, engine: Engine, clock: Clock, *, observer: EventObserver, bell: CommitBell
    ) -> None:
        self._engine = engine
        self._clock = DatabaseClock(clock)
        self._observer = observer
        self._bell = bell

    def for_writing(self) -> UnitOfWork:
        return self._begin(writes=True)

    def for_reading(self) -> UnitOfWork:
        return self._begin(writes=False)

    def _begin(self, *, writes: bool) -> UnitOfWork:
        transaction = SqlTransaction(self._engine, writes=writes)
        return SqlUnitOfWork(
            transaction, clock=self._clock, observer=self._observer, bell=self._bell
        )


class SqlUnitOfWork(UnitOfWork):
    """One database transaction and the repositories in it."""

    def __init__(
        self,
        transaction: SqlTransaction,
        *,
        clock: DatabaseClock,
        observer: EventObserver,
        bell: CommitBell,
    ) -> None:
        self._transaction = transaction
        self._clock = clock
        self._observer = observer
        self._bell = bell
        self._files = SqlFileRepository(transaction)
        self._dead_lettered_files = SqlDeadLetteredFiles(transaction)
        self._outbox = SqlOutbox(transaction, clock)
        self._statistics = SqlStatistics(transaction, clock)
        self._schemas = SqlSchemaRepository(transaction)
        self._idempotency_keys = SqlIdempotencyKeys(transaction)

    @property
    def files(self) -> SqlFileRepository:
        return self._files

    @property
    def dead_lettered_files(self) -> SqlDeadLetteredFiles:
        return self._dead_lettered_files

    @property
    def statistics(self) -> SqlStatistics:
        return self._statistics

    @property
    def outbox(self) -> SqlOutbox:
        return self._outbox

    @property
    def schemas(self) -> SqlSchemaRepository:
        return self._schemas

    @property
    def idempotency_keys(self) -> SqlIdempotencyKeys:
        return self._idempotency_keys

    def now(self) -> datetime:
        return self._clock.now(self._transaction)

    def commit(self) -> None:
        self._transaction.commit()
        if self._files.events:
            self._observer(self._files.events)
        if self._outbox.has_new:
            self._bell()

    def __enter__(self) -> Self:
        self._transaction.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._transaction.__exit__(kind, error, traceback)
