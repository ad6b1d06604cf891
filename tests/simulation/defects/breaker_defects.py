"""A defect of what waits for dependencies."""

from typing import TYPE_CHECKING

from entrypoints.worker.breakers import Breakers
from entrypoints.worker.dependency_gate import DependencyGate
from tests.simulation.defects.changed import changed
from tests.simulation.wiring import Wiring

if TYPE_CHECKING:
    from tests.simulation.process import Process


class BreakersNeverClose(Wiring):
    """What was away once is never asked for again."""

    def gate(self, process: "Process", breakers: Breakers) -> DependencyGate:
        return DependencyGate(changed(breakers, begin_probe=lambda dependency: False), {})
