"""Repeats a step until it is told to stop, whatever the step does."""

import threading
from collections.abc import Callable

import structlog

from application.errors import DependencyError
from entrypoints.dependency_log import log_dependency_error

FIRST_BACKOFF_SECONDS = 0.25
LONGEST_BACKOFF_SECONDS = 30.0

log = structlog.get_logger()


class Loop:
    """A thread that calls `step` for ever, and pauses when there was nothing to do.

    `step` returns something true to be called again at once; otherwise `idle` is waited for
    up to `period_seconds`. An error of a step is logged and costs a pause that doubles while
    the errors last; it never ends the loop, for nobody would notice that it is gone.
    Where nobody is there to call `stop`, `is_over` tells when to end, and the process waits
    for the last step.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], object],
        *,
        period_seconds: float,
        idle: Callable[[float], object] | None = None,
        is_over: Callable[[], bool] | None = None,
    ) -> None:
        self._name = name
        self._step = step
        self._period_seconds = period_seconds
        self._stopped = threading.Event()
        self._idle = idle or self._stopped.wait
        self._is_over = is_over or self._stopped.is_set
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
        failures = 0
        while not self._is_over():
            try:
                has_more = bool(self._step())
            except Exception as error:  # noqa: BLE001 - the loop must go on; _report logs it
                failures += 1
                self._report(error, failures)
                self._stopped.wait(backoff_seconds(failures))
                continue
            failures = 0
            if not has_more:
                self._idle(self._period_seconds)

    def _report(self, error: Exception, failures: int) -> None:
        if isinstance(error, DependencyError):
            log_dependency_error("loop_step_failed", error, loop=self._name, failures=failures)
            return
        log.error("loop_step_crashed", loop=self._name, failures=failures, exc_info=error)


def backoff_seconds(failures: int) -> float:
    """How long to wait after so many failed steps in a row."""
    return min(LONGEST_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * (1 << min(failures - 1, 10)))


def main_thread_is_over() -> bool:
    """True once the main thread has returned and the process only waits for other threads."""
    return not threading.main_thread().is_alive()
