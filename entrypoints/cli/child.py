"""One process of the service, as its supervisor sees it."""

import subprocess
import sys
from dataclasses import dataclass

from application.ports.clock import Clock

STEADY_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildPlan:
    """A child's name, and the arguments of `gristmill` that it runs with."""

    name: str
    arguments: tuple[str, ...]


class Child:
    """Started, watched, and started again after it died: at once the first time, then later.

    Inherits `descriptor`, the lock of the data directory, which is held while it lives.
    """

    def __init__(self, plan: ChildPlan, *, clock: Clock, descriptor: int) -> None:
        self.name = plan.name
        self.is_recovered = True
        # -P, because otherwise a folder called `domain` where the user stands would be ours.
        self._command = [sys.executable, "-P", "-m", "entrypoints.cli.main", *plan.arguments]
        self._clock = clock
        self._descriptor = descriptor
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._due_at = 0.0
        self._deaths_in_a_row = 0

    @property
    def pid(self) -> int | None:
        """Its process id, None between a death and the next start."""
        return None if self._process is None else self._process.pid

    @property
    def is_due(self) -> bool:
        """True when it may be started."""
        return self._process is None and self._clock.monotonic() >= self._due_at

    def start(self) -> None:
        """Starts it, with this process's environment, stdout and stderr.

        Raises OSError when the machine has no room for it; it is due again as after a death.
        """
        self._started_at = self._clock.monotonic()
        try:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, pass_fds=[self._descriptor]
            )
        except OSError:
            self._put_off()
            raise

    def death(self) -> int | None:
        """The exit code, once, if it has died since it was started; a signal's is negative."""
        code = None if self._process is None else self._process.poll()
        if code is None:
            return None
        self._process = None
        self.is_recovered = False
        self._put_off()
        return code

    def terminate(self) -> None:
        """Asks it to stop."""
        if self._process is not None:
            self._process.terminate()

    def kill_after(self, seconds: float) -> bool:
        """Waits `seconds` for it to end; False when it had to be killed."""
        if self._process is None:
            return True
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return False
        return True

    def _put_off(self) -> None:
        now = self._clock.monotonic()
        if now - self._started_at > STEADY_SECONDS:
            self._deaths_in_a_row = 0
        self._deaths_in_a_row += 1
        self._due_at = now + _pause_seconds(self._deaths_in_a_row)


def _pause_seconds(deaths: int) -> float:
    """0, 1, 2, 4, … seconds, at most 30."""
    return 0.0 if deaths == 1 else min(LONGEST_PAUSE_SECONDS, float(1 << min(deaths - 2, 10)))
