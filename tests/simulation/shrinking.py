"""Makes a failing run small: fewer accidents, fewer wishes, fewer uploads, the same violation.

Delta debugging as in https://www.st.cs.uni-saarland.de/papers/tse2002/: parts of what happened
are left out for as long as the promise is still broken without them.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from tests.simulation.broken_promise import BrokenPromiseError
from tests.simulation.decisions import CallPoint, ChanceDecisions
from tests.simulation.fault import Fault
from tests.simulation.run import Run
from tests.simulation.scenario import Scenario, Submission, UserAction, WeatherEvent
from tests.simulation.wiring import Wiring

Item = tuple[CallPoint, Fault] | Submission | UserAction | WeatherEvent
Any = TypeVar("Any")

MOST_RUNS = 400


def shrunk(scenario: Scenario, wiring: Callable[[], Wiring] = Wiring) -> Scenario:
    """The smallest scenario found that breaks the same invariant; its faults are told."""
    told = _told(scenario, wiring)
    invariant = violation_of(told, wiring)
    if invariant is None:
        return told
    budget = [MOST_RUNS]

    def still_fails(items: Sequence[Item]) -> bool:
        if told.submissions and not any(isinstance(item, Submission) for item in items):
            # Users would wait for ever for a file to wish something for: another violation.
            return False
        budget[0] -= 1
        found = violation_of(_of_items(told, items), wiring) if budget[0] > 0 else None
        return found is not None and found.invariant == invariant.invariant

    return _of_items(told, minimised(_items(told), still_fails))


def violation_of(
    scenario: Scenario, wiring: Callable[[], Wiring] = Wiring
) -> BrokenPromiseError | None:
    """What the scenario's run breaks."""
    try:
        Run(scenario, wiring()).play()
    except BrokenPromiseError as violation:
        return violation
    return None


def story_of(scenario: Scenario, wiring: Callable[[], Wiring] = Wiring) -> str:
    """The run of a scenario with told faults, as text for whoever has to mend it."""
    run = Run(scenario, wiring())
    try:
        run.play()
    except BrokenPromiseError as violation:
        lines = [*run.world.trace, str(violation)]
    else:
        lines = run.world.trace
    return "\n".join(lines)


def minimised(items: Sequence[Any], still_fails: Callable[[Sequence[Any]], bool]) -> list[Any]:
    """Few of the items that fail together; none of them can be left out alone."""
    kept, size = list(items), max(1, len(items) // 2)
    while True:
        before = len(kept)
        for start in range(len(kept) - size, -size, -size):
            fewer = kept[: max(0, start)] + kept[max(0, start) + size :]
            if len(fewer) < len(kept) and still_fails(fewer):
                kept = fewer
        if size == 1 and len(kept) == before:
            return kept
        size = max(1, size // 2)


def _told(scenario: Scenario, wiring: Callable[[], Wiring]) -> Scenario:
    if scenario.faults is not None:
        return scenario
    run = Run(scenario, wiring())
    with suppress(BrokenPromiseError):
        run.play()
    decisions = run.world.decisions
    assert isinstance(decisions, ChanceDecisions)
    return replace(scenario, faults=decisions.made)


def _items(scenario: Scenario) -> list[Item]:
    return [
        *(scenario.faults or {}).items(),
        *scenario.weather,
        *scenario.actions,
        *scenario.submissions,
    ]


def _of_items(scenario: Scenario, items: Sequence[Item]) -> Scenario:
    return replace(
        scenario,
        faults=dict(item for item in items if isinstance(item, tuple)),
        weather=tuple(item for item in items if isinstance(item, WeatherEvent)),
        actions=tuple(item for item in items if isinstance(item, UserAction)),
        submissions=tuple(item for item in items if isinstance(item, Submission)),
    )
