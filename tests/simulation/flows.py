"""Short stories whose every call may go wrong, one at a time and two at a time."""

import random
from collections.abc import Container, Iterator
from dataclasses import replace
from datetime import timedelta

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
from tests.simulation.timings import ATTEMPT_LIMIT

ALL_FAULTS = frozenset(Fault)

TELLING = frozenset(
    (
        Fault.CRASH_AFTER,
        Fault.ERROR_BEFORE,
        Fault.ERROR_AFTER,
        Fault.STALL_310,
        Fault.PARTIAL,
        Fault.LATE,
        Fault.CRASH_AND_LATE,
        Fault.STATEMENT_2,
    )
)
"""One of each sort. The others are much like one of these, or like it at the call before."""

FIRST_STEPS = (".request", ".slot-1", ".slot-2")
"""The actors of uploads and of work; the first of two telling faults is at a step of theirs."""


def _story(
    content: Content,
    *actions: UserAction,
    weather: tuple[WeatherEvent, ...] = (),
    mended_at: float = float("inf"),
    attempt_limit: timedelta = ATTEMPT_LIMIT,
) -> Scenario:
    submission = Submission(at=0, client=1, content=content, key="key-1")
    return Scenario(
        submissions=(submission,),
        actions=actions,
        weather=weather,
        apis=("api-1",),
        mended_at=mended_at,
        attempt_limit=attempt_limit,
    )


def _wish(wish: Wish, *, at: float) -> UserAction:
    return UserAction(at=at, wish=wish, choice=0)


def _silence(*, at: float, until: float) -> WeatherEvent:
    """A storage that takes calls and does not answer; it does so shortly after the drain's end."""
    return WeatherEvent(at=at, weather=Weather.SILENCE, target="storage", seconds=until - at)


DEPLOY = WeatherEvent(at=5, weather=Weather.DEPLOY)
"""A worker that is at work has to be done at 30 s."""

FLOWS = {
    "upload": _story(Content(1, nature=Nature.MIXED, work_seconds=30)),
    "cancel": _story(Content(1, work_seconds=30), _wish(Wish.CANCEL, at=5)),
    "reprocess": _story(Content(1), _wish(Wish.REPROCESS, at=20)),
    "erase": _story(Content(1, work_seconds=30), _wish(Wish.ERASE, at=5)),
    "deploy": _story(
        Content(1, work_seconds=60),
        weather=(DEPLOY,),
    ),
    "silence": _story(
        Content(1, nature=Nature.MIXED, work_seconds=30),
        weather=(_silence(at=1.5, until=31.2), DEPLOY),
    ),
    "silence and reprocess": _story(
        Content(1, work_seconds=30),
        _wish(Wish.CANCEL, at=3),
        _wish(Wish.REPROCESS, at=20),
        weather=(_silence(at=0.25, until=31.2), DEPLOY),
    ),
    "failures and deploy": _story(Content(1, nature=Nature.POISON), weather=(DEPLOY,)),
    "redrive": _story(
        Content(1, nature=Nature.POISON), _wish(Wish.REDRIVE, at=2400), mended_at=2300
    ),
    "endless": _story(
        Content(1, nature=Nature.ENDLESS, work_seconds=100_000),
        attempt_limit=timedelta(seconds=100),
    ),
    "lost": _story(
        Content(1, work_seconds=30),
        weather=(WeatherEvent(at=0.5, weather=Weather.PURGE),),
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


def telling_pairs(flow: Scenario, *, share: float, part: int, parts: int) -> Iterator[Scenario]:
    """The flow with a telling fault at a step of the upload or the work, and one anywhere later.

    `share` of them, always the same; of these the part number `part` of `parts`. Fewer firsts
    with more seconds each, because finding out what follows a first one costs a run.
    """
    chance = random.Random(f"firsts of part {part}")
    for number, first in enumerate(_calls(flow, {})):
        if number % parts == part and first.point.actor.endswith(FIRST_STEPS):
            for fault in filter(TELLING.__contains__, first.faults):
                if chance.random() < share**0.5:
                    yield from _with_second(
                        flow, first.point, fault, among=TELLING, share=share**0.5
                    )


def any_pairs(flow: Scenario, *, share: float) -> Iterator[Scenario]:
    """The flow with any fault at any call, and any at any later one: `share` of all of them."""
    chance = random.Random("firsts")
    for first in _calls(flow, {}):
        for fault in first.faults:
            if chance.random() < share**0.5:
                yield from _with_second(
                    flow, first.point, fault, among=ALL_FAULTS, share=share**0.5
                )


def _with_second(
    flow: Scenario, first: CallPoint, fault: Fault, *, among: Container[Fault], share: float
) -> Iterator[Scenario]:
    chance = random.Random(f"{first} {fault.name}")
    calls = _calls(flow, {first: fault})
    begins = next(number for number, call in enumerate(calls) if call.point == first)
    for second in calls[begins + 1 :]:
        for other in filter(among.__contains__, second.faults):
            if chance.random() < share:
                yield replace(flow, faults={first: fault, second.point: other})


def _calls(flow: Scenario, faults: dict[CallPoint, Fault]) -> list[Call]:
    return Run(replace(flow, faults=faults)).play().calls
