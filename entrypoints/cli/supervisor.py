"""Keeps the processes of the service alive, and ends them together."""

from collections.abc import Callable, Sequence

import structlog

from application.errors import DependencyError
from application.ports.clock import Clock
from entrypoints.cli.child import Child
from entrypoints.stop_signals import StopSignals
from entrypoints.worker.stop_order import LAST_STEPS_SECONDS

LOOK_EVERY_SECONDS = 0.1
# A worker that is killed before it has given back what it holds would cost its files a start.
GRACE_SECONDS = LAST_STEPS_SECONDS + 2

log = structlog.get_logger()


class Supervisor:
    """Starts the children, starts again what dies, and stops all of them in the end.

    `recover` is called with the name of a child that died, before it is started again, so
    that what it held is free at once.
    """

    def __init__(
        self,
        children: Sequence[Child],
        *,
        recover: Callable[[str], object],
        clock: Clock,
        drain_seconds: float,
    ) -> None:
        self._children = children
        self._recover = recover
        self._clock = clock
        self._drain_seconds = drain_seconds

    def run(self, signals: StopSignals) -> None:
        """Runs until a signal asks to stop; returns when no child is left."""
        try:
            while not signals.wait(LOOK_EVERY_SECONDS):
                self.step()
        finally:
            self._stop()

    def step(self) -> None:
        """Looks after every child once."""
        for child in self._children:
            code = child.death()
            if code is not None:
                log.error("child_died", child=child.name, exit_code=code)
            if self._is_recovered(child) and child.is_due:
                self._start(child)

    def _start(self, child: Child) -> None:
        try:
            child.start()
        except OSError as error:
            # Out of processes or memory: the other children still work, and it may pass.
            log.error("child_start_failed", child=child.name, error=str(error))
        else:
            log.info("child_started", child=child.name, pid=child.pid)

    def _is_recovered(self, child: Child) -> bool:
        if child.is_recovered:
            return True
        try:
            self._recover(child.name)
        except DependencyError as error:
            # What it held ends by itself, yet later: try again at the next look.
            log.warning("recovery_failed", child=child.name, error=str(error))
            return False
        child.is_recovered = True
        return True

    def _stop(self) -> None:
        for child in self._children:
            child.terminate()
        ends_at = self._clock.monotonic() + self._drain_seconds + GRACE_SECONDS
        for child in self._children:
            if not child.kill_after(max(0.0, ends_at - self._clock.monotonic())):
                log.error("child_killed", child=child.name, reason="it did not end in time")
