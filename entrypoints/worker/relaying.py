"""The relay's step, for a loop."""

import structlog

from application.errors import DependencyError
from application.use_cases.relay_outbox import RelayOutbox
from entrypoints.dependency_log import log_dependency_error
from entrypoints.watched.calls import Dependency
from entrypoints.worker.dependency_gate import DependencyGate
from entrypoints.worker.loop import NOT_NOW

log = structlog.get_logger()

NEEDED = (Dependency.DATABASE, Dependency.TOPIC)


class Relaying:
    """Sends what waits, and leaves a line when not all of it was accepted."""

    def __init__(self, relay_outbox: RelayOutbox, gate: DependencyGate) -> None:
        self._relay_outbox = relay_outbox
        self._gate = gate

    def __call__(self) -> object:
        """True when there may be more to send. Raises DatabaseUnavailableError."""
        if not self._gate.lets_through(NEEDED):
            return NOT_NOW
        report = self._relay_outbox()
        if report.outage is not None:
            self._log_outage(report.outage, count=len(report.failures))
        elif report.failures:
            log.warning(
                "messages_not_published",
                count=len(report.failures),
                error=next(iter(report.failures.values())),
            )
        return report.claimed > 0

    def _log_outage(self, outage: DependencyError, *, count: int) -> None:
        # Once its breaker has opened that is told, and every half minute a batch tries in vain.
        if not self._gate.is_shut(Dependency.TOPIC):
            log_dependency_error("messages_not_published", outage, count=count)
