"""The relay's step, for a loop."""

import structlog

from application.use_cases.relay_outbox import RelayOutbox
from entrypoints.dependency_log import log_dependency_error

log = structlog.get_logger()


class Relaying:
    """Sends what waits, and leaves a line when not all of it was accepted."""

    def __init__(self, relay_outbox: RelayOutbox) -> None:
        self._relay_outbox = relay_outbox

    def __call__(self) -> bool:
        """True when there may be more to send. Raises DatabaseUnavailableError."""
        report = self._relay_outbox()
        if report.outage is not None:
            log_dependency_error(
                "messages_not_published", report.outage, count=len(report.failures)
            )
        elif report.failures:
            log.warning(
                "messages_not_published",
                count=len(report.failures),
                error=next(iter(report.failures.values())),
            )
        return report.claimed > 0
