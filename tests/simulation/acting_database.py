"""The database as a process reaches it."""

from typing import TYPE_CHECKING, Self

from adapters.memory.unit_of_work import MemoryUnitOfWork, MemoryUnitOfWorkFactory
from application.errors import (
    AmbiguousCommitError,
    DatabaseBusyError,
    DatabaseUnavailableError,
)
from application.ports.file_repository import FileRepository
from application.ports.idempotency_keys import IdempotencyKeys
from application.ports.outbox import Outbox
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.simulation.port_calls import SOON_LATE
from tests.wrapped_database import WrappedUnitOfWork

if TYPE_CHECKING:
    from tests.simulation.process import Process


class ActingUnitsOfWork(UnitOfWorkFactory):
    """Transactions whose begin and whose commit may go wrong."""

    def __init__(self, process: "Process", units: MemoryUnitOfWorkFactory) -> None:
        self._process = process
        self._units = units

    def for_writing(self) -> UnitOfWork:
        return ActingUnitOfWork(self._process, self._units.for_writing(), may_write=True)

    def for_reading(self) -> UnitOfWork:
        return ActingUnitOfWork(self._process, self._units.for_reading(), may_write=False)


class ActingUnitOfWork(WrappedUnitOfWork):
    """One of them. When a statement fails the transaction is over, as on a server."""

    def __init__(self, process: "Process", work: MemoryUnitOfWork, *, may_write: bool) -> None:
        super().__init__(work)
        self._process = process
        self._may_write = may_write
        self._statements_left = -1
        """How many statements go well; below 0 all of them do."""

    @property
    def files(self) -> FileRepository:
        self._execute()
        return self.work.files

    @property
    def outbox(self) -> Outbox:
        self._execute()
        return self.work.outbox

    @property
    def idempotency_keys(self) -> IdempotencyKeys:
        self._execute()
        return self.work.idempotency_keys

    def commit(self) -> None:
        self._process.calls.make(
            "database", self._commit, lost=AmbiguousCommitError, late=SOON_LATE
        )

    def _commit(self) -> None:
        if self._statements_left == 0:
            raise DatabaseUnavailableError("the transaction was rolled back")
        with self._process.world.observed_commit():
            self.work.commit()

    def __enter__(self) -> Self:
        self._process.calls.make("database", self._begin, breaks=self._break)
        return self

    def _begin(self) -> None:
        world = self._process.world
        if self._may_write and world.scheduler.now < world.database_locked_until:
            world.sightings.add("locked out")
            raise DatabaseBusyError("a transaction that nobody waits for is still under way")
        self.work.__enter__()

    def _break(self, statement: int) -> None:
        self._statements_left = statement

    def _execute(self) -> None:
        """What every statement does first."""
        if self._statements_left > 0:
            self._statements_left -= 1
            if self._statements_left == 0:
                self._process.world.sightings.add("statement failed")
        if self._statements_left == 0:
            raise DatabaseUnavailableError("connection lost")
