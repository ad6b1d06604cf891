"""A database port that a test changes in one place."""

from datetime import datetime
from types import TracebackType
from typing import Self

from application.ports.dead_lettered_files import DeadLetteredFiles
from application.ports.file_repository import FileRepository
from application.ports.idempotency_keys import IdempotencyKeys
from application.ports.outbox import Outbox
from application.ports.schema_repository import SchemaRepository
from application.ports.statistics import Statistics
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.ports.upload_sessions import UploadSessions


class WrappedUnitsOfWork(UnitOfWorkFactory):
    """Transactions of `units`, as `wrap` changes them."""

    def __init__(self, units: UnitOfWorkFactory, wrap: "type[WrappedUnitOfWork]") -> None:
        self._units = units
        self._wrap = wrap

    def for_writing(self) -> UnitOfWork:
        return self._wrap(self._units.for_writing())

    def for_reading(self) -> UnitOfWork:
        return self._wrap(self._units.for_reading())


class WrappedUnitOfWork(UnitOfWork):
    """One of them; a subclass overrides what is otherwise with it."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work

    @property
    def files(self) -> FileRepository:
        return self.work.files

    @property
    def outbox(self) -> Outbox:
        return self.work.outbox

    @property
    def schemas(self) -> SchemaRepository:
        return self.work.schemas

    @property
    def idempotency_keys(self) -> IdempotencyKeys:
        return self.work.idempotency_keys

    @property
    def upload_sessions(self) -> UploadSessions:
        return self.work.upload_sessions

    @property
    def dead_lettered_files(self) -> DeadLetteredFiles:
        return self.work.dead_lettered_files

    @property
    def statistics(self) -> Statistics:
        return self.work.statistics

    def now(self) -> datetime:
        return self.work.now()

    def commit(self) -> None:
        self.work.commit()

    def __enter__(self) -> Self:
        self.work.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.work.__exit__(kind, error, traceback)
