"""Lets work begin only while what it takes is there."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress

from application.errors import DependencyError
from entrypoints.watched.calls import Dependency
from entrypoints.worker.breakers import TRIED_BY_ITS_CALLS, Breakers

Probe = Callable[[], object]
"""A harmless call, which raises DependencyError when it is not answered."""


class DependencyGate:
    """Is asked by loops before they make calls, and probes in their threads what was away.

    Whoever is told to wait has nothing better to do than to look whether the wait is over.
    """

    def __init__(self, breakers: Breakers, probes: Mapping[Dependency, Probe]) -> None:
        self._breakers = breakers
        self._probes = probes

    def lets_through(self, needed: Collection[Dependency]) -> bool:
        """True when all of `needed` may be called, some of them after a probe just now.

        Or, where nobody can be asked, on trial: whether it is back shows by the caller's call.
        """
        for dependency in needed:
            is_due = self._breakers.begin_probe(dependency)
            if is_due and dependency not in TRIED_BY_ITS_CALLS:
                self._probe(dependency)
        return self._breakers.let_through(needed)

    def is_shut(self, *dependencies: Dependency) -> bool:
        """True while one of them is away, for all that is known; never probes."""
        return not self._breakers.are_closed(dependencies)

    def _probe(self, dependency: Dependency) -> None:
        is_answered = False
        # What the error says is what opened the breaker, or else in the next line that does.
        try:
            with suppress(DependencyError):
                self._probes[dependency]()
                is_answered = True
        finally:
            self._breakers.end_probe(dependency, is_answered=is_answered)
