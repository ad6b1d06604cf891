"""What holds for every simulated run."""

import logging
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True, scope="module")
def _silent_log() -> Iterator[None]:
    """Keeps quiet what goes wrong on purpose in thousands of runs."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()
