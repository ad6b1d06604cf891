"""One JSON object on one line for every event, ours or a library's."""

import logging
from typing import TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

_LEADING_KEYS = ("timestamp", "level", "event")
_TALKATIVE = ("alembic", "boto3", "botocore", "urllib3")
"""Libraries whose INFO is about themselves, and whose DEBUG shows signatures and file contents."""


def configure_logging(level: str, stream: TextIO) -> None:
    """Sends everything logged in this process at `level` or above to `stream`.

    A line begins with `timestamp` (UTC, ISO 8601), `level` and `event`; the ids bound by
    `structlog.contextvars` and the call's own keys follow. What libraries log through the
    standard library, and Python's warnings, become such lines too. Some libraries
    are heard from WARNING on, at every level. Configures anew when called again.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[*_common_processors(), structlog.stdlib.add_logger_name],
            processors=[
                ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _lead_with_what_happened,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for library in _TALKATIVE:
        logging.getLogger(library).setLevel(max(root.level, logging.WARNING))
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_common_processors(),
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _common_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _lead_with_what_happened(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    leading = {key: event[key] for key in _LEADING_KEYS if key in event}
    return leading | dict(event)
