"""Signs of life of a process's threads."""

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager


class _Sign:
    """A sign of life: each is an object of its own, so that a new one can be told from the last."""

    __slots__ = ("rest_seconds",)

    def __init__(self, rest_seconds: float) -> None:
        self.rest_seconds = rest_seconds


class Pulse:
    """What one thread gives signs of life by, and for how long it has given none.

    Without a lock, since a thread beats at every chunk that it reads: it only ever puts down a
    new sign, in one step, and only the one who looks counts. So none can undo what the other
    does, and a sign that comes while somebody counts is found at the next look.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._sign = self._counted_since = _Sign(0)
        self._counted_seconds = 0.0

    @property
    def silent_seconds(self) -> float:
        """How long; negative during a rest that was announced. For the thread that looks."""
        sign = self._sign
        return self._counted_seconds if sign is self._counted_since else -sign.rest_seconds

    def beat(self, *, rest_seconds: float = 0) -> None:
        """Shows that the thread goes on; it may then be silent for `rest_seconds` more."""
        self._sign = _Sign(rest_seconds)

    def grow_silent(self, seconds: float) -> None:
        """Lets so much time pass since the last sign; for the thread that looks."""
        sign = self._sign
        if sign is not self._counted_since:
            self._counted_since, self._counted_seconds = sign, -sign.rest_seconds
        self._counted_seconds += seconds


class Pulses:
    """The pulses of a process. A thread has one of its own, or lends that of another.

    Whoever works on a file is waited for through the heartbeat of its lease, which lives in a
    thread beside it: that thread beats for both.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._beating: list[Pulse] = []
        self._of_thread = threading.local()

    def begin(self, name: str) -> Pulse:
        """A pulse for this thread, from now on expected to beat."""
        pulse = Pulse(name)
        with self._lock:
            self._beating.append(pulse)
        self._of_thread.pulse = pulse
        return pulse

    def end(self, pulse: Pulse) -> None:
        """Expects no more of it; for its own thread."""
        with self._lock:
            self._beating.remove(pulse)
        self._of_thread.pulse = None

    @property
    def of_this_thread(self) -> Pulse | None:
        """The pulse that `beat` gives signs by in this thread."""
        pulse: Pulse | None = getattr(self._of_thread, "pulse", None)
        return pulse

    @contextmanager
    def lent(self, pulse: Pulse | None, *, as_long_as: Callable[[], bool]) -> Generator[None]:
        """Lets this thread beat for the thread that `pulse` is of, while `as_long_as` says so."""
        self._of_thread.pulse = pulse
        self._of_thread.may_beat = as_long_as
        try:
            yield
        finally:
            self._of_thread.pulse = None

    def beat(self) -> None:
        """Shows that this thread goes on, if anybody wants to know."""
        pulse = self.of_this_thread
        if pulse is not None and getattr(self._of_thread, "may_beat", _always)():
            pulse.beat()

    def grow_silent(self, seconds: float, *, limit_seconds: float) -> Sequence[Pulse]:
        """Lets so much time pass for all of them; those that are silent for too long now."""
        with self._lock:
            for pulse in self._beating:
                pulse.grow_silent(seconds)
            return [it for it in self._beating if it.silent_seconds > limit_seconds]


def _always() -> bool:
    return True
