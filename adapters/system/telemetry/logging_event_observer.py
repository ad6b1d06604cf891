"""The log line of every move of a file."""

import logging
from collections.abc import Mapping, Sequence

import structlog

from domain.events import FileEvent, FileEventName

_LEVELS: Mapping[FileEventName, int] = {
    FileEventName.RETRY_SCHEDULED: logging.WARNING,
    FileEventName.TAKEN_OVER: logging.WARNING,
    FileEventName.DEAD_LETTERED: logging.ERROR,
}


class LoggingEventObserver:
    """An EventObserver that logs each event in one line, under the event's own name.

    Info but for three: a take-over and a retry warn, a dead-lettered file is an error.
    """

    def __init__(self) -> None:
        self._log: structlog.stdlib.BoundLogger = structlog.get_logger()

    def __call__(self, events: Sequence[FileEvent]) -> None:
        for event in events:
            level = _LEVELS.get(event.name, logging.INFO)
            self._log.log(level, event.name.value, **_keys(event))


def _keys(event: FileEvent) -> dict[str, str | int | float]:
    facts: dict[str, str | int | float | None] = {
        "file_id": str(event.file_id),
        "tenant": event.tenant,
        "generation": event.generation,
        "attempt": event.attempt,
        "from_status": event.from_status and event.from_status.value,
        "to_status": event.to_status.value,
        "outcome": event.outcome and event.outcome.value,
        "error_code": event.error_code,
        "error_message": event.error_message,
        "seconds": round(event.seconds, 3),
    }
    known = {key: fact for key, fact in facts.items() if fact is not None}
    return dict(event.details) | known
