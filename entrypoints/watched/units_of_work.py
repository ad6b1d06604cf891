"""Watched transactions."""

from datetime import datetime
from types import TracebackType
from typing import Self

from application.errors import DependencyError
from application.ports.dead_lettered_files import DeadLetteredFiles
from application.ports.file_repository import FileRepository
from application.ports.idempotency_keys import IdempotencyKeys
from application.ports.outbox import Outbox
from application.ports.schema_repository import SchemaRepository
from application.ports.statistics import Statistics
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.ports.upload_sessions import UploadSessions
from entrypoints.watched.calls import CallWatch, Dependency, watched_for_errors


class WatchedUnitsOfWork(UnitOfWorkFactory):
    """The transactions of `units`, of which each is seen to begin and to end."""

    def __init__(self, units: UnitOfWorkFactory, watch: CallWatch) -> None:
        self._units = units
        self._watch = watch

    def for_writing(self) -> UnitOfWork:
        return _WatchedUnitOfWork(self._units.for_writing(), self._watch)

    def for_reading(self) -> UnitOfWork:
        return _WatchedUnitOfWork(self._units.for_reading(), self._watch)


class _WatchedUnitOfWork(UnitOfWork):
    def __init__(self, work: UnitOfWork, watch: CallWatch) -> None:
        self._work = work
        self._watch = watch

    @property
    def files(self) -> FileRepository:
        return self._going_on().files

    @property
    def outbox(self) -> Outbox:
        return self._going_on().outbox

    @property
    def schemas(self) -> SchemaRepository:
        return self._going_on().schemas

    @property
    def idempotency_keys(self) -> IdempotencyKeys:
        return self._going_on().idempotency_keys

    @property
    def upload_sessions(self) -> UploadSessions:
        return self._going_on().upload_sessions

    @property
    def dead_lettered_files(self) -> DeadLetteredFiles:
        return self._going_on().dead_lettered_files

    @property
    def statistics(self) -> Statistics:
        return self._going_on().statistics

    def now(self) -> datetime:
        return self._going_on().now()

    def commit(self) -> None:
        self._going_on().commit()

    def __enter__(self) -> Self:
        with watched_for_errors(self._watch, Dependency.DATABASE):
            self._work.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # No other port is called meanwhile, so whatever dependency failed in the block, it was
        # this one; errors of statements and of the commit come by here, too.
        self._watch(Dependency.DATABASE, error if isinstance(error, DependencyError) else None)
        self._work.__exit__(kind, error, traceback)

    def _going_on(self) -> UnitOfWork:
        # Every statement comes by here. A sweep makes several in one transaction, each of which
        # may take as long as a call may, and is no thread that hangs.
        self._watch.go_on()
        return self._work
