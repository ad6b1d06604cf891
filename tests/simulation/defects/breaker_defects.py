"""Defects of what waits for dependencies."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from application.ports.clock import Clock
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


class OneBreakerForAllTopics(Wiring):
    """Work waits until the topic for subscribers is back."""

    def breakers(self, process: "Process") -> Breakers:
        return _OneForAllTopics(policy=BreakerPolicy(), clock=process.ports.clock)


class _OneForAllTopics(Breakers):
    def __init__(self, *, policy: BreakerPolicy, clock: Clock) -> None:
        super().__init__(policy=policy, clock=clock)
        self._breakers[Dependency.WORK_TOPIC] = self._breakers[Dependency.EVENTS_TOPIC]


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
