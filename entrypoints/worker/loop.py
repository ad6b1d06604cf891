"""Repeats a step until it is told to stop, whatever the step does."""

import threading
from collections.abc import Callable
from enum import Enum, auto
from typing import Final

import structlog

from application.errors import DependencyError
from entrypoints.dependency_log import log_dependency_error
from entrypoints.pulses import Pulses

FIRST_BACKOFF_SECONDS = 0.25
LONGEST_BACKOFF_SECONDS = 30.0

log = structlog.get_logger()


class _NotNow(Enum):
    NOT_NOW = auto()


NOT_NOW: Final = _NotNow.NOT_NOW
"""What a step returns that did nothing, because what it takes is away: neither good nor bad."""


class Loop:
    """A thread that calls `step` for ever, and pauses when there was nothing to do.

    `step` returns something true to be called again at once; otherwise `idle` is waited for
    up to `period_seconds`. An error of a step costs a pause that doubles while the errors last,
    and is logged when it is another than the last one; it never ends the loop.
    Where nobody is there to call `stop`, `is_over` tells when to end, and the process waits
    for the last step. `pulses` shows whether a step hangs, or the thread is gone.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], object],
        *,
        period_seconds: float,
        pulses: Pulses,
        idle: Callable[[float], object] | None = None,
        is_over: Callable[[], bool] | None = None,
    ) -> None:
        self._name = name
        self._step = step
        self._period_seconds = period_seconds
        self._stopped = threading.Event()
        self._idle = idle or self._stopped.wait
        self._is_over = is_over or self._stopped.is_set
        self._pulses = pulses
        self._failures = 0
        self._last_error = ""
        self._thread = threading.Thread(target=self.run, name=name, daemon=is_over is None)

    def start(self) -> None:
        """Begins, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Lets the step that runs be the last."""
        self._stopped.set()

    def join(self, seconds: float) -> None:
        """Returns when the last step is over, at latest after `seconds`."""
        self._thread.join(seconds)

    def run(self) -> None:
        """Repeats the step until stopped."""
        pulse = self._pulses.begin(self._name)
        while not self._is_over():
            pulse.beat()
            try:
                result = self._step()
            except Exception as error:  # noqa: BLE001 - the loop must go on; _report logs it
                self._report(error)
                pulse.beat(rest_seconds=LONGEST_BACKOFF_SECONDS)
                self._stopped.wait(backoff_seconds(self._failures))
                continue
            if result is not NOT_NOW:
                self._report_recovery()
            if result is NOT_NOW or not result:
                pulse.beat(rest_seconds=self._period_seconds)
                self._idle(self._period_seconds)
        self._pulses.end(pulse)

    def _report(self, error: Exception) -> None:
        self._failures += 1
        same_as_before, self._last_error = self._last_error, repr(error)
        if self._last_error == same_as_before:
            return
        facts = {"loop": self._name, "failures": self._failures}
        if isinstance(error, DependencyError):
            log_dependency_error("loop_step_failed", error, **facts)
        else:
            log.error("loop_step_crashed", **facts, exc_info=error)

    def _report_recovery(self) -> None:
        if self._failures:
            log.info("loop_recovered", loop=self._name, failures=self._failures)
        self._failures, self._last_error = 0, ""


def backoff_seconds(failures: int) -> float:
    """How long to wait after so many failed steps in a row."""
    return min(LONGEST_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * (1 << min(failures - 1, 10)))


def main_thread_is_over() -> bool:
    """True once the main thread has returned and the process only waits for other threads."""
    return not threading.main_thread().is_alive()
