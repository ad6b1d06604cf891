"""Plays scenarios, and says of one that fails how to see it again."""

import pytest

from tests.simulation.broken_promise import BrokenPromiseError
from tests.simulation.run import Run
from tests.simulation.scenario import Scenario
from tests.simulation.shrinking import shrunk, story_of
from tests.simulation.world import World


def played(scenario: Scenario) -> World:
    """The world after the run; a broken promise fails the test, with the run made small."""
    try:
        return Run(scenario).play()
    except BrokenPromiseError as violation:
        small = shrunk(scenario)
        pytest.fail(
            f"{violation}\n\n"
            f"again: SIM_SEED={scenario.seed} pytest -k simulation\n\n"
            f"{_listed('uploads', small.submissions)}"
            f"{_listed('wishes', small.actions)}"
            f"{_listed('weather', small.weather)}"
            f"{_listed('faults', (small.faults or {}).items())}"
            f"what happens then:\n{story_of(small)}",
            pytrace=False,
        )


def _listed(name: str, items: object) -> str:
    assert hasattr(items, "__iter__")
    lines = [f"  {item}\n" for item in items]
    return f"{name}:\n{''.join(lines)}" if lines else ""
