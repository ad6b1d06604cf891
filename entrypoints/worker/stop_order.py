"""The order to stop: when it was given, and until when running work may go on."""

import math
import threading

from application.ports.clock import Clock

LONGEST_RELEASE_SECONDS = 5.0
LAST_STEPS_SECONDS = 8.0
"""What a worker may take after its drain time, until the process is gone."""


class StopOrder:
    """Given once, on SIGTERM; afterwards work may finish within the drain time.

    What still runs shortly before the end of it has to be given back: the engine looks once a
    second, and the release is a transaction that may have to wait for its turn.
    """

    def __init__(self, *, clock: Clock, drain_seconds: float) -> None:
        self._clock = clock
        self._drain_seconds = drain_seconds
        self._ends_at = math.inf
        self._given = threading.Event()

    def give(self) -> None:
        """Starts the drain time."""
        self._ends_at = self._clock.monotonic() + self._drain_seconds
        self._given.set()

    def is_given(self) -> bool:
        """True when nothing new may begin."""
        return self._given.is_set()

    @property
    def seconds_left(self) -> float:
        """How much of the drain time is left, 0 at least; infinite before the order."""
        return self.seconds_left_with(0)

    def seconds_left_with(self, more_seconds: float) -> float:
        """How much is left of the drain time and so much more, 0 at least."""
        return max(0.0, self._ends_at + more_seconds - self._clock.monotonic())

    def is_release_due(self) -> bool:
        """True when work that still runs has to be given back."""
        return self.seconds_left <= min(LONGEST_RELEASE_SECONDS, self._drain_seconds / 2)
