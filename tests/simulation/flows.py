"""Short stories whose every call may go wrong, one at a time and two at a time."""

import random
from collections.abc import Container, Iterator
from dataclasses import replace

from tests.simulation.content import Content, Nature
from tests.simulation.decisions import Call, CallPoint
from tests.simulation.fault import Fault
from tests.simulation.run import Run
from tests.simulation.scenario import (
    Scenario,
    Submission,
    UserAction,
    Weather,
    WeatherEvent,
    Wish,
)

ALL_FAULTS = frozenset(Fault)

PAIRED = (
    Fault.CRASH_BEFORE,
    Fault.CRASH_AFTER,
    Fault.ERROR_BEFORE,
    Fault.ERROR_AFTER,
    Fault.STALL_310,
)
"""Of which two meet; the others are variations of these."""

FIRST_STEPS = (".request", ".slot-1", ".slot-2")
"""The actors of uploads and of work; the first of two faults is at a step of theirs."""


def _story(
    content: Content,
    *actions: UserAction,
    weather: tuple[WeatherEvent, ...] = (),
    mended_at: float = float("inf"),
) -> Scenario:
    submission = Submission(at=0, client=1, content=content, key="key-1")
    return Scenario(
        submissions=(submission,),
        actions=actions,
        weather=weather,
        apis=("api-1",),
        mended_at=mended_at,
    )


def _wish(wish: Wish, *, at: float) -> UserAction:
    return UserAction(at=at, wish=wish, choice=0)


FLOWS = {
    "upload": _story(Content(1, work_seconds=30)),
    "cancel": _story(Content(1, work_seconds=30), _wish(Wish.CANCEL, at=5)),
    "reprocess": _story(Content(1), _wish(Wish.REPROCESS, at=20)),
    "erase": _story(Content(1, work_seconds=30), _wish(Wish.ERASE, at=5)),
    "deploy": _story(
        Content(1, work_seconds=60),
        weather=(WeatherEvent(at=5, weather=Weather.DEPLOY),),
    ),
    "redrive": _story(
        Content(1, nature=Nature.POISON), _wish(Wish.REDRIVE, at=2400), mended_at=2300
    ),
}


def alone(flow: Scenario) -> Scenario:
    """The flow without any fault."""
    return replace(flow, faults={})


def single_faults(flow: Scenario, *, among: Container[Fault] = ALL_FAULTS) -> Iterator[Scenario]:
    """The flow with every fault at every of its calls, one at a time."""
    for call in _calls(flow, {}):
        for fault in filter(among.__contains__, call.faults):
            yield replace(flow, faults={call.point: fault})


def fault_pairs(flow: Scenario, *, share: float, part: int, parts: int) -> Iterator[Scenario]:
    """The flow with a fault at a step of the upload or of the work, and one anywhere later.

    `share` of them, always the same; of these the part number `part` of `parts`.
    """
    for number, first in enumerate(_calls(flow, {})):
        if number % parts == part and first.point.actor.endswith(FIRST_STEPS):
            for fault in PAIRED:
                yield from _with_second(flow, first.point, fault, share=share)


def _with_second(
    flow: Scenario, first: CallPoint, fault: Fault, *, share: float
) -> Iterator[Scenario]:
    chance = random.Random(f"{first} {fault.name}")
    points = [call.point for call in _calls(flow, {first: fault})]
    for second in points[points.index(first) + 1 :]:
        for other in PAIRED:
            if chance.random() < share:
                yield replace(flow, faults={first: fault, second: other})


def _calls(flow: Scenario, faults: dict[CallPoint, Fault]) -> list[Call]:
    return Run(replace(flow, faults=faults)).play().calls
