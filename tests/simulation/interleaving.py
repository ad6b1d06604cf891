"""Actors that take turns: plain synchronous code in one thread, switched at every port call."""

import random
from collections.abc import Callable
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet

PORT_VALUES = ("UnitOfWork", "Repository", "Outbox", "Keys", "ContentWriter")


class Interleaved:
    """A port whose every call gives the other actors a turn first.

    What it returns is wrapped likewise where it is a port's member, a unit of work for one.
    """

    def __init__(self, port: Any) -> None:
        self._port = port

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not callable(found):
            return _wrapped(found)

        def call(*arguments: Any, **options: Any) -> Any:
            take_turns()
            return _wrapped(found(*arguments, **options))

        return call

    def __enter__(self) -> "Interleaved":
        take_turns()
        self._port.__enter__()
        return self

    def __exit__(self, *details: Any) -> None:
        self._port.__exit__(*details)


def _wrapped(value: Any) -> Any:
    is_member = type(value).__module__.startswith("adapters.") and any(
        part in type(value).__name__ for part in PORT_VALUES
    )
    return Interleaved(value) if is_member else value


class Actor(greenlet):
    """One process of the service; killing it is kill -9."""

    is_dead = False

    def kill(self) -> None:
        """Nothing of it runs any more: its clean-up code meets only refused calls."""
        self.is_dead = True
        self.throw(GreenletExit)


def take_turns() -> None:
    """Lets another actor run; a dead one does not come back from here."""
    actor = getcurrent()
    if not isinstance(actor, Actor):
        return
    if actor.is_dead:
        raise GreenletExit
    actor.parent.switch()


class Scheduler:
    """Runs actors in an order that a seed decides, and kills some of them."""

    def __init__(self, seed: int, *, kill_share: float) -> None:
        self._random = random.Random(seed)
        self._kill_share = kill_share
        self._actors: dict[Actor, Callable[[], None] | None] = {}
        self.kills = 0

    def add(self, run: Callable[[], None], *, is_mortal: bool = False) -> None:
        """Adds an actor; one that is mortal is started anew after it was killed."""
        self._actors[Actor(run)] = run if is_mortal else None

    def step(self) -> float:
        """One turn of one actor; returns the seconds that pass meanwhile."""
        actor = self._random.choice(list(self._actors))
        again = self._actors[actor]
        if again is not None and self._random.random() < self._kill_share:
            self.kills += 1
            actor.kill()
        else:
            actor.switch()
        if actor.dead:
            del self._actors[actor]
            if again is not None:
                self.add(again, is_mortal=True)
        return self._random.uniform(0, 0.2)
