"""The database as a process reaches it."""

from typing import TYPE_CHECKING, Self

from adapters.memory.unit_of_work import MemoryUnitOfWork, MemoryUnitOfWorkFactory
from application.errors import AmbiguousCommitError
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.wrapped_database import WrappedUnitOfWork

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


class ActingUnitOfWork(WrappedUnitOfWork):
    """One of them."""

    def __init__(self, process: "Process", work: MemoryUnitOfWork) -> None:
        super().__init__(work)
        self._process = process

    def commit(self) -> None:
        self._process.calls.make("database", self._commit, lost=AmbiguousCommitError)

    def _commit(self) -> None:
        with self._process.world.observed_commit():
            self.work.commit()

    def __enter__(self) -> Self:
        self._process.calls.make("database", self.work.__enter__)
        return self
