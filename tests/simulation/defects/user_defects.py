"""Defects around what users ask for."""

from dataclasses import replace
from typing import TYPE_CHECKING

from application.ports.file_repository import FileRepository
from application.ports.outbox import Outbox
from application.use_cases.reprocess_file import ReprocessFile
from domain.file import File
from tests.simulation.defects.changed import changed
from tests.simulation.defects.lease_defects import restated
from tests.simulation.wiring import Wiring
from tests.wrapped_database import WrappedUnitOfWork, WrappedUnitsOfWork

if TYPE_CHECKING:
    from tests.simulation.process import Process


class ReprocessWithoutMessage(Wiring):
    """A new generation that nobody is told to work on."""

    def reprocess_file(self, process: "Process") -> ReprocessFile:
        class Silent(WrappedUnitOfWork):
            @property
            def outbox(self) -> Outbox:
                return changed(self.work.outbox, add=lambda message: None)

        return ReprocessFile(units_of_work=WrappedUnitsOfWork(process.ports.units_of_work, Silent))


class ReprocessInTheSameGeneration(Wiring):
    """A finished file begins once more, as if it had never ended."""

    def reprocess_file(self, process: "Process") -> ReprocessFile:
        class Same(WrappedUnitOfWork):
            @property
            def files(self) -> FileRepository:
                right = self.work.files

                def save(file: File) -> None:
                    state = replace(file.state, generation=file.state.generation - 1)
                    right.save(restated(file, state))

                return changed(right, save=save)

        return ReprocessFile(units_of_work=WrappedUnitsOfWork(process.ports.units_of_work, Same))
