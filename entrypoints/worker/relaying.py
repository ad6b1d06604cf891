"""The relay's step, for a loop."""

import structlog

from application.ports.outbox import Topic
from application.use_cases.relay_outbox import RelayOutbox, TopicOutage
from entrypoints.dependency_log import log_dependency_error
from entrypoints.watched.calls import DEPENDENCY_OF, Dependency
from entrypoints.worker.dependency_gate import DependencyGate
from entrypoints.worker.loop import NOT_NOW

log = structlog.get_logger()


class Relaying:
    """Sends what waits for a topic that takes it, and leaves a line when not all was accepted."""

    def __init__(self, relay_outbox: RelayOutbox, gate: DependencyGate) -> None:
        self._relay_outbox = relay_outbox
        self._gate = gate

    def __call__(self) -> object:
        """True when there may be more to send. Raises DatabaseUnavailableError."""
        if not self._gate.lets_through([Dependency.DATABASE]):
            return NOT_NOW
        # The messages of a topic that is away stay where they are, for as long as it is:
        # the oldest of all, they would be every batch, and nothing else would ever leave.
        topics = [topic for topic in Topic if self._gate.lets_through([DEPENDENCY_OF[topic]])]
        if not topics:
            return NOT_NOW
        report = self._relay_outbox(topics)
        for outage in report.outages:
            self._log_outage(outage)
        if report.refusals:
            log.warning(
                "messages_not_published",
                count=len(report.refusals),
                error=next(iter(report.refusals.values())),
            )
        return report.claimed > 0

    def _log_outage(self, outage: TopicOutage) -> None:
        # Once its breaker has opened that is told, and every half minute a batch tries in vain.
        if not self._gate.is_shut(DEPENDENCY_OF[outage.topic]):
            log_dependency_error(
                "messages_not_published", outage.error, topic=outage.topic, count=outage.count
            )
