"""Actors that take turns in one thread, in the order of a clock that nobody waits for.

An actor is plain synchronous code in a greenlet. It runs until it sleeps or parks; then whoever
is due next runs. Equal seeds give equal turns: nothing here knows real time or real chance.
"""

import heapq
from collections.abc import Callable, Iterable
from itertools import count

from greenlet import GreenletExit, getcurrent, greenlet

from tests.simulation.broken_promise import BrokenPromiseError

FOREVER = float("inf")
MOST_TURNS = 200_000
"""A hundred times as many as a run takes."""


class Actor(greenlet):
    """One thread of the service, or one of its users."""

    def __init__(self, name: str, run: Callable[[], object], scheduler: "Scheduler") -> None:
        super().__init__(run, scheduler.hub)
        self.name = name
        self.scheduler = scheduler
        self.is_dead = False
        self.wakes_at = FOREVER


class Scheduler:
    """Gives the turns; `now` is the virtual time in seconds."""

    def __init__(self) -> None:
        self.hub = getcurrent()
        self.now = 0.0
        self.turns = 0
        self.violation: BrokenPromiseError | None = None
        self._queue: list[tuple[float, int, Actor]] = []
        self._numbers = count()
        self._killed: list[Actor] = []

    def spawn(self, actor: Actor, *, after: float = 0.0) -> Actor:
        """Lets the actor begin."""
        self._schedule(actor, self.now + after)
        return actor

    def sleep(self, seconds: float) -> None:
        """The calling actor goes on after `seconds`; a dead one never does."""
        actor = current_actor()
        refuse_the_dead(actor)
        self._schedule(actor, self.now + seconds)
        self.hub.switch()
        refuse_the_dead(actor)

    def park(self) -> None:
        """The calling actor goes on when somebody wakes it."""
        actor = current_actor()
        refuse_the_dead(actor)
        actor.wakes_at = FOREVER
        self.hub.switch()
        refuse_the_dead(actor)

    def wake(self, actor: Actor, *, after: float = 0.0) -> None:
        """Lets a sleeping or parked actor go on no later than `after` seconds from now."""
        if self.now + after < actor.wakes_at:
            self._schedule(actor, self.now + after)

    def delay(self, actor: Actor, *, until: float) -> None:
        """Lets a sleeping actor go on no sooner than that, as one that was paused."""
        if actor.wakes_at < until:
            self._schedule(actor, until)

    def kill(self, actors: Iterable[Actor]) -> None:
        """Nothing of them runs any more: their clean-up code meets only refused calls.

        Whoever is at work dies when it comes to its next call.
        """
        for actor in actors:
            actor.is_dead = True
            self._killed.append(actor)

    def run(self, *, until: float, is_over: Callable[[], bool]) -> None:
        """Gives turns until it is over, the time has come, or nobody has anything to do."""
        while not is_over():
            actor = self._next(until)
            if actor is None:
                return
            actor.wakes_at = FOREVER
            self.turns += 1
            assert self.turns < MOST_TURNS, "the actors go round in circles"
            actor.switch()
            self._bury()
            if self.violation is not None:
                raise self.violation

    def end(self, actors: Iterable[Actor]) -> None:
        """Lets go of everybody, so that nothing of a run outlives it."""
        self.kill(actors)
        self._bury()
        self._queue.clear()

    def _next(self, until: float) -> Actor | None:
        queue = self._queue
        while queue:
            at, _, actor = queue[0]
            if at > until:
                break
            heapq.heappop(queue)
            if at == actor.wakes_at and not (actor.dead or actor.is_dead):
                self.now = max(self.now, at)
                return actor
        self.now = until if until < FOREVER else self.now
        return None

    def _schedule(self, actor: Actor, at: float) -> None:
        actor.wakes_at = at
        heapq.heappush(self._queue, (at, next(self._numbers), actor))

    def _bury(self) -> None:
        while self._killed:
            actor = self._killed.pop()
            has_begun = actor.gr_frame is not None
            if has_begun:
                actor.throw(GreenletExit)
            actor.wakes_at = FOREVER


def current_actor() -> Actor:
    """Whose turn it is."""
    actor = getcurrent()
    assert isinstance(actor, Actor), "ports are called by actors alone"
    return actor


def refuse_the_dead(actor: Actor) -> None:
    """Ends what a dead actor still tries, its clean-up included."""
    if actor.is_dead:
        raise GreenletExit
