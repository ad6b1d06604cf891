"""The database as a process reaches it."""

from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

from adapters.memory.unit_of_work import MemoryUnitOfWork, MemoryUnitOfWorkFactory
from application.errors import AmbiguousCommitError
from application.ports.dead_lettered_files import DeadLetteredFiles
from application.ports.file_repository import FileRepository
from application.ports.idempotency_keys import IdempotencyKeys
from application.ports.outbox import Outbox
from application.ports.schema_repository import SchemaRepository
from application.ports.statistics import Statistics
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory

if TYPE_CHECKING:
    from tests.simulation.process import Process


class ActingUnitsOfWork(UnitOfWorkFactory):
    """Transactions whose begin and whose commit may go wrong."""

    def __init__(self, process: "Process", units: MemoryUnitOfWorkFactory) -> None:
        self._process = process
        self._units = units

    def for_writing(self) -> UnitOfWork:
        return ActingUnitOfWork(self._process, self._units.for_writing())

    def for_reading(self) -> UnitOfWork:
        return ActingUnitOfWork(self._process, self._units.for_reading())


class ActingUnitOfWork(UnitOfWork):
    """One of them."""

    def __init__(self, process: "Process", work: MemoryUnitOfWork) -> None:
        self._process = process
        self._work = work

    @property
    def files(self) -> FileRepository:
        return self._work.files

    @property
    def outbox(self) -> Outbox:
        return self._work.outbox

    @property
    def schemas(self) -> SchemaRepository:
        return self._work.schemas

    @property
    def idempotency_keys(self) -> IdempotencyKeys:
        return self._work.idempotency_keys

    @property
    def dead_lettered_files(self) -> DeadLetteredFiles:
        return self._work.dead_lettered_files

    @property
    def statistics(self) -> Statistics:
        return self._work.statistics

    def now(self) -> datetime:
        return self._work.now()

    def commit(self) -> None:
        self._process.calls.make("database", self._commit, lost=AmbiguousCommitError)

    def _commit(self) -> None:
        with self._process.world.observed_commit():
            self._work.commit()

    def __enter__(self) -> Self:
        self._process.calls.make("database", self._work.__enter__)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._work.__exit__(kind, error, traceback)
