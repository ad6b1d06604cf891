"""Defects of the numbers that a record keeps of its file."""

from abc import abstractmethod
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from application.ports.file_repository import FileRepository
from domain.events import FileEventName
from domain.file import File
from domain.file_state import FileState
from tests.simulation.budget_checks import STARTS
from tests.simulation.defects.changed import changed
from tests.simulation.defects.lease_defects import restated
from tests.simulation.ports import Ports
from tests.simulation.wiring import Wiring
from tests.wrapped_database import WrappedUnitOfWork, WrappedUnitsOfWork

if TYPE_CHECKING:
    from tests.simulation.process import Process


class _Miscounting(Wiring):
    """Records some moves with other numbers."""

    moves: Collection[FileEventName]

    @abstractmethod
    def miscount(self, old: FileState, new: FileState) -> FileState:
        """What is recorded instead of `new`, after `old`."""

    def ports(self, process: "Process") -> Ports:
        ports = super().ports(process)
        moves, miscount = self.moves, self.miscount

        class Other(WrappedUnitOfWork):
            @property
            def files(self) -> FileRepository:
                right = self.work.files

                def save(file: File) -> None:
                    if file.events[-1].name in moves:
                        old = right.lock_for_worker(file.id).state
                        file = restated(file, miscount(old, file.state))
                    right.save(file)

                return changed(right, save=save)

        return replace(ports, units_of_work=WrappedUnitsOfWork(ports.units_of_work, Other))


class ReleaseKeepsStarts(_Miscounting):
    """Work that was given back counts as if its worker had crashed."""

    moves = (FileEventName.RELEASED,)

    def miscount(self, old: FileState, new: FileState) -> FileState:
        return replace(new, starts=old.starts)


class ReprocessKeepsBudgets(_Miscounting):
    """What a generation has cost is held against the next one."""

    moves = (FileEventName.REPROCESSED,)

    def miscount(self, old: FileState, new: FileState) -> FileState:
        return replace(new, starts=old.starts, failures=old.failures, retries=old.retries)


class StartsNotCounted(_Miscounting):
    """A start leaves no trace beside the attempt."""

    moves = STARTS

    def miscount(self, old: FileState, new: FileState) -> FileState:
        return replace(new, starts=old.starts)


class RetriesNotCounted(_Miscounting):
    """However often it was tried, it always was the first time."""

    moves = (FileEventName.RETRY_SCHEDULED,)

    def miscount(self, old: FileState, new: FileState) -> FileState:
        return replace(new, retries=old.retries)
