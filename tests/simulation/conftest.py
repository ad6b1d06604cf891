"""What holds for every simulated run."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.simulation.effort import IS_REPLAY


@pytest.fixture(autouse=True, scope="module")
def _silent_log() -> Iterator[None]:
    """Keeps quiet what goes wrong on purpose in thousands of runs."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves nothing of the simulation but what plays seeds, where somebody names one."""
    if not IS_REPLAY:
        return
    others = [it for it in items if _is_simulated(it) and not _plays_seeds(it)]
    items[:] = [it for it in items if it not in others]
    config.hook.pytest_deselected(items=others)


def _is_simulated(item: pytest.Item) -> bool:
    return item.path.is_relative_to(Path(__file__).parent)


def _plays_seeds(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and "seeds" in item.fixturenames
