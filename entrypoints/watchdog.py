"""Ends a process of which a part hangs, so that whoever started it starts it again."""

import os
import sys
import threading
import traceback
from collections.abc import Callable, Sequence

import structlog

from application.ports.clock import Clock
from entrypoints.last_resort import LastResort
from entrypoints.pulses import Pulse, Pulses

HUNG = 75
LONGEST_LOOK_PERIOD_SECONDS = 1.0
LONGEST_FAREWELL_SECONDS = 5.0
LAST_RESORT_LIMITS = 5
"""After how many limits without a look the process ends: ten minutes, by its default."""

log = structlog.get_logger()


class Watchdog:
    """Looks about once a second at how long each pulse has been silent.

    Silence is counted in looks and not by the clock's hands: when the whole process is stopped
    and goes on later, or its machine sleeps, that is one look for the watchdog, too, and
    nobody's fault. Where no look comes at all, because native code keeps the interpreter's
    lock, a last resort ends the process that has waited for several limits.
    """

    def __init__(self, pulses: Pulses, *, clock: Clock, limit_seconds: float) -> None:
        self._pulses = pulses
        self._clock = clock
        self._limit_seconds = limit_seconds
        self._period_seconds = min(LONGEST_LOOK_PERIOD_SECONDS, limit_seconds / 10)
        self._looked_at = clock.monotonic()

    def start(self) -> None:
        """Watches from now on, in a thread of its own, until the process ends."""
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def look(self) -> Sequence[Pulse]:
        """Those that have been silent for too long."""
        now = self._clock.monotonic()
        passed = min(now - self._looked_at, 2 * self._period_seconds)
        self._looked_at = now
        return self._pulses.grow_silent(passed, limit_seconds=self._limit_seconds)

    def _watch(self) -> None:
        never = threading.Event()
        last_resort = LastResort(seconds=LAST_RESORT_LIMITS * self._limit_seconds)
        last_resort.put_off()
        while not (hung := self.look()):
            never.wait(self._period_seconds)
            last_resort.put_off()
        _within(LONGEST_FAREWELL_SECONDS, lambda: self._say_farewell(hung))
        os._exit(HUNG)

    def _say_farewell(self, hung: Sequence[Pulse]) -> None:
        log.critical(
            "process_hung",
            loops=[pulse.name for pulse in hung],
            limit_seconds=self._limit_seconds,
            stacks=stacks(),
        )


def stacks() -> str:
    """Where each thread is, by the thread's name."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    return "\n".join(
        f"Thread {names.get(ident, ident)}:\n{''.join(traceback.format_stack(frame))}"
        for ident, frame in sys._current_frames().items()
    )


def _within(seconds: float, act: Callable[[], object]) -> None:
    """Does it in a thread that is left behind when it takes longer.

    What hangs may hang in the log, whose lock it holds, or whose reader does not read.
    """
    acting = threading.Thread(target=act, name="farewell", daemon=True)
    acting.start()
    acting.join(seconds)
