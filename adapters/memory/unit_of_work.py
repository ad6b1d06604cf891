"""Transactions in memory."""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from adapters.memory.database import MemoryDatabase, Transaction
from adapters.memory.dead_lettered_files import MemoryDeadLetteredFiles
from adapters.memory.file_repository import MemoryFileRepository
from adapters.memory.idempotency_keys import MemoryIdempotencyKeys
from adapters.memory.outbox import MemoryOutbox
from adapters.memory.schema_repository import MemorySchemaRepository
from adapters.memory.statistics import MemoryStatistics
from application.ports.clock import Clock
from application.ports.unit_of_work import (
    CommitBell,
    EventObserver,
    UnitOfWork,
    UnitOfWorkFactory,
)
from domain.events import FileEvent


class MemoryUnitOfWork(UnitOfWork):
    """A transaction on copies: whatever is not committed was never there."""

    def __init__(
        self,
        database: MemoryDatabase,
        *,
        clock: Clock,
        observer: EventObserver,
        bell: CommitBell,
        may_write: bool,
    ) -> None:
        self._database = database
        self._clock = clock
        self._observer = observer
        self._bell = bell
        self._may_write = may_write
        self._begin()

    @property
    def files(self) -> MemoryFileRepository:
        return self._files

    @property
    def dead_lettered_files(self) -> MemoryDeadLetteredFiles:
        return self._dead_lettered_files

    @property
    def statistics(self) -> MemoryStatistics:
        return self._statistics

    @property
    def outbox(self) -> MemoryOutbox:
        return self._outbox

    @property
    def schemas(self) -> MemorySchemaRepository:
        return self._schemas

    @property
    def idempotency_keys(self) -> MemoryIdempotencyKeys:
        return self._idempotency_keys

    def now(self) -> datetime:
        return self._clock.now()

    def commit(self) -> None:
        self._transaction.commit()
        if self._transaction.events:
            self._observer(tuple(self._transaction.events))
        if self._transaction.has_outgoing_messages:
            self._bell()

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Forgets what was not committed, simply by being left."""

    def _begin(self) -> None:
        self._transaction = Transaction(self._database, may_write=self._may_write)
        self._files = MemoryFileRepository(self._transaction)
        self._dead_lettered_files = MemoryDeadLetteredFiles(self._transaction)
        self._outbox = MemoryOutbox(self._database, self._transaction, self._clock)
        self._statistics = MemoryStatistics(self._transaction, self._clock)
        self._schemas = MemorySchemaRepository(self._transaction)
        self._idempotency_keys = MemoryIdempotencyKeys(self._transaction)


class MemoryUnitOfWorkFactory(UnitOfWorkFactory):
    """Begins transactions on one MemoryDatabase, whose time is the given clock's."""

    def __init__(
        self,
        database: MemoryDatabase,
        clock: Clock,
        *,
        observer: EventObserver | None = None,
        bell: CommitBell | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._observer = _ignore_events if observer is None else observer
        self._bell = _stay_silent if bell is None else bell

    def for_writing(self) -> MemoryUnitOfWork:
        return self._unit_of_work(may_write=True)

    def for_reading(self) -> MemoryUnitOfWork:
        return self._unit_of_work(may_write=False)

    def _unit_of_work(self, *, may_write: bool) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(
            self._database,
            clock=self._clock,
            observer=self._observer,
            bell=self._bell,
            may_write=may_write,
        )


def _ignore_events(events: Sequence[FileEvent]) -> None:
    pass


def _stay_silent() -> None:
    pass
