"""Defects of what waits for dependencies."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from application.errors import DependencyError
from application.ports.message_queue import Delivery
from application.use_cases.process_delivery import DeliveryReport, ProcessDelivery
from domain.circuit_breaker import BreakerPolicy
from entrypoints.watched.calls import Dependency
from entrypoints.worker.breakers import Breakers
from entrypoints.worker.dependency_gate import DependencyGate
from tests.simulation.defects.changed import calling, changed
from tests.simulation.wiring import Wiring

if TYPE_CHECKING:
    from tests.simulation.process import Process


class BreakersNeverClose(Wiring):
    """What was away once is never asked for again."""

    def gate(self, process: "Process", breakers: Breakers) -> DependencyGate:
        return DependencyGate(changed(breakers, begin_probe=lambda dependency: False), {})


class BreakersNeverOpen(Wiring):
    """However many calls fail, the next one is made."""

    def breakers(self, process: "Process") -> Breakers:
        return Breakers(policy=BreakerPolicy(errors=1_000_000), clock=process.ports.clock)


class WritesCountedByReads(Wiring):
    """What the storage gives out counts as something that it has kept."""

    def breakers(self, process: "Process") -> Breakers:
        right = super().breakers(process)

        def note_success(dependency: Dependency) -> None:
            right.note_success(dependency)
            if dependency is Dependency.STORAGE:
                right.note_success(Dependency.STORAGE_WRITES)

        return changed(right, note_success=note_success)


class WritesNeverOpen(Wiring):
    """A storage that keeps nothing counts as there, since it gives out what it has."""

    def breakers(self, process: "Process") -> Breakers:
        right = super().breakers(process)

        def note(dependency: Dependency, error: DependencyError) -> None:
            if dependency is not Dependency.STORAGE_WRITES:
                right.note(dependency, error)

        return changed(right, note=note)


class TopicIsNeverTried(Wiring):
    """After a rest the topic waits for a call that nobody may make."""

    def breakers(self, process: "Process") -> Breakers:
        right = super().breakers(process)
        return changed(right, let_through=right.are_closed)


class TopicNeverReopens(Wiring):
    """A call that fails on trial leaves the topic on trial."""

    def breakers(self, process: "Process") -> Breakers:
        class Patient(Breakers):
            def end_probe(self, dependency: Dependency, *, is_answered: bool) -> None:
                if is_answered or dependency is not Dependency.TOPIC:
                    super().end_probe(dependency, is_answered=is_answered)

        return Patient(policy=BreakerPolicy(), clock=process.ports.clock)


class WorkGoesOnWhenABreakerOpens(Wiring):
    """What runs is not given back when the storage is known to be away."""

    def process_delivery(self, process: "Process") -> ProcessDelivery:
        right = super().process_delivery(process)

        def act(
            delivery: Delivery,
            *,
            is_shutting_down: Callable[[], bool],
            is_suspended: Callable[[], bool],
        ) -> DeliveryReport:
            return right(delivery, is_shutting_down=is_shutting_down)

        return calling(ProcessDelivery, act)
