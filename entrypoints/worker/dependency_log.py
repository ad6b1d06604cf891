"""How loud the log is about what the service stands on."""

import logging
from typing import Any

import structlog

from application.errors import ConfigurationError, DependencyError

log = structlog.get_logger()


def log_dependency_error(event: str, error: DependencyError, **facts: Any) -> None:
    """Leaves a line: a warning for what passes by itself, an error for what somebody must mend."""
    level = logging.ERROR if isinstance(error, ConfigurationError) else logging.WARNING
    log.log(level, event, **facts, error_code=error.code, error=str(error))
