"""How loud the log is about what the service stands on."""

import logging
from typing import Any

import structlog

from application.errors import ConfigurationError, DependencyError

log = structlog.get_logger()


def level_of(error: Exception | None) -> int:
    """A warning for what passes by itself, an error for what an operator must mend."""
    return logging.ERROR if isinstance(error, ConfigurationError) else logging.WARNING


def log_dependency_error(event: str, error: DependencyError, **facts: Any) -> None:
    """Leaves a line of that level."""
    log.log(level_of(error), event, **facts, error_code=error.code, error=str(error))
