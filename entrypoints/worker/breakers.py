"""The circuit breakers of a process, one for each dependency."""

import threading
from collections.abc import Collection
from typing import Final

import structlog

from application.errors import DependencyError
from application.ports.clock import Clock
from domain.circuit_breaker import BreakerPolicy, BreakerState, CircuitBreaker
from entrypoints.dependency_log import log_dependency_error
from entrypoints.watched.calls import DEPENDENCY_OF, Dependency

TRIED_BY_ITS_CALLS: Final = frozenset(DEPENDENCY_OF.values())
"""What nobody can ask without a message: who works may publish to a topic, and not look at it.

The first call after a rest is its probe, whenever that comes: as long as nothing has to leave,
nobody knows, and nobody needs to.
"""

log = structlog.get_logger()


class Breakers:
    """What is known to be away, by the errors of all threads; one line for every change."""

    def __init__(self, *, policy: BreakerPolicy, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._breakers = {dependency: CircuitBreaker(policy) for dependency in Dependency}
        self._openings = dict.fromkeys(Dependency, 0)

    def note(self, dependency: Dependency, error: DependencyError) -> None:
        """Counts the error of a call, one of configuration like any other: it may be mended."""
        with self._lock:
            now = self._clock.monotonic()
            breaker = self._breakers[dependency]
            if self._is_on_trial(dependency):
                self.end_probe(dependency, is_answered=False)
            if not breaker.record_error(at=now):
                return
            self._openings[dependency] += 1
            openings, probe_seconds = self._openings[dependency], breaker.probe_at - now
        log_dependency_error(
            "breaker_opened",
            error,
            dependency=dependency,
            openings=openings,
            probe_seconds=probe_seconds,
        )

    def note_success(self, dependency: Dependency) -> None:
        """Counts a call that did not fail."""
        with self._lock:
            if self._is_on_trial(dependency):
                self.end_probe(dependency, is_answered=True)
            self._breakers[dependency].record_success(at=self._clock.monotonic())

    def are_closed(self, dependencies: Collection[Dependency]) -> bool:
        """True when nothing is known to be wrong with any of them."""
        with self._lock:
            return all(self._breakers[it].state is BreakerState.CLOSED for it in dependencies)

    def let_through(self, dependencies: Collection[Dependency]) -> bool:
        """True when calls may be made to all of them, be it on trial."""
        with self._lock:
            return all(
                self.are_closed([dependency]) or self._is_on_trial(dependency)
                for dependency in dependencies
            )

    def begin_probe(self, dependency: Dependency) -> bool:
        """True when the caller has to probe now; nobody else does, until it calls `end_probe`.

        Of what is tried by its calls, the next call is the probe and its end that of the probe.
        """
        with self._lock:
            return self._breakers[dependency].begin_probe(at=self._clock.monotonic())

    def end_probe(self, dependency: Dependency, *, is_answered: bool) -> None:
        """Closes the breaker if the probe was answered."""
        with self._lock:
            now = self._clock.monotonic()
            breaker = self._breakers[dependency]
            breaker.end_probe(is_answered=is_answered, at=now)
            seconds = now - breaker.opened_at
        if is_answered:
            log.info("breaker_closed", dependency=dependency, seconds=round(seconds, 3))

    def _is_on_trial(self, dependency: Dependency) -> bool:
        is_half_open = self._breakers[dependency].state is BreakerState.HALF_OPEN
        return is_half_open and dependency in TRIED_BY_ITS_CALLS
