"""When a dependency counts as away, and when it is asked whether it is back."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum


class BreakerState(StrEnum):
    """Whether calls may be made."""

    CLOSED = "closed"
    """They may: nothing is known to be wrong."""

    OPEN = "open"
    """They may not: too many failed in too short a time."""

    HALF_OPEN = "half_open"
    """One is being made, by whose end all others go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerPolicy:
    """How many errors within how many seconds open a breaker, and how long it then rests.

    So many in a row open it, too, however long they took: calls that wait for an answer until
    their time is over are few, and there would never be enough of them at once.
    The rest before a probe doubles each time that it was in vain, up to the longest.
    """

    errors: int = 5
    window_seconds: float = 30
    probe_seconds: float = 5
    longest_probe_seconds: float = 30

    def rest_seconds(self, rests: int) -> float:
        """How long the rest is that follows so many others."""
        # The exponent is bounded: 2 ** 10,000 is a number nobody needs.
        doubled = self.probe_seconds * 2.0 ** min(rests, 32)
        return min(doubled, max(self.probe_seconds, self.longest_probe_seconds))


class CircuitBreaker:
    """The state of one dependency, moved by the errors of calls and by the ends of probes.

    Times are readings of a monotonic clock. Not safe for several threads.
    """

    def __init__(self, policy: BreakerPolicy) -> None:
        self._policy = policy
        self._state = BreakerState.CLOSED
        self._errors: deque[float] = deque(maxlen=policy.errors)
        self._in_a_row = 0
        self._rests = 0
        self._opened_at = 0.0
        self._closed_at = float("-inf")
        self._probe_at = float("-inf")

    @property
    def state(self) -> BreakerState:
        """CLOSED in the beginning."""
        return self._state

    @property
    def opened_at(self) -> float:
        """When it last left CLOSED."""
        return self._opened_at

    @property
    def probe_at(self) -> float:
        """From when on a probe may begin, while it is OPEN."""
        return self._probe_at

    @property
    def errors_in_a_row(self) -> int:
        """How many calls have failed since one did not."""
        return self._in_a_row

    def record_success(self) -> None:
        """Takes note that a call did not fail; those before it count within their window alone."""
        self._in_a_row = 0

    def record_error(self, *, at: float) -> bool:
        """Counts the error of a call; True when this one opens the breaker.

        Unless it is CLOSED nothing is counted: calls that began before it opened end late, and
        say nothing new.
        """
        if self._state is not BreakerState.CLOSED:
            return False
        self._errors.append(at)
        self._in_a_row += 1
        if self._in_a_row < self._policy.errors and not self._is_window_full(at):
            return False
        # A probe may be answered while the work fails all the same; whoever closes only to
        # open again soon rests longer and longer, instead of failing that often every time.
        if at - self._closed_at >= self._policy.window_seconds:
            self._rests = 0
        self._opened_at = at
        self._rest(at)
        return True

    def begin_probe(self, *, at: float) -> bool:
        """True when the caller has to probe now, and to tell the end by `end_probe`."""
        if self._state is not BreakerState.OPEN or at < self._probe_at:
            return False
        self._state = BreakerState.HALF_OPEN
        return True

    def end_probe(self, *, is_answered: bool, at: float) -> None:
        """Closes the breaker if the dependency answered, or else opens it for a longer rest."""
        if self._state is not BreakerState.HALF_OPEN:
            raise ValueError(f"no probe is under way: the breaker is {self._state}")
        if not is_answered:
            self._rest(at)
            return
        self._state = BreakerState.CLOSED
        self._closed_at = at
        self._errors.clear()
        self._in_a_row = 0

    def _is_window_full(self, at: float) -> bool:
        is_enough = len(self._errors) == self._policy.errors
        return is_enough and at - self._errors[0] <= self._policy.window_seconds

    def _rest(self, at: float) -> None:
        self._state = BreakerState.OPEN
        self._probe_at = at + self._policy.rest_seconds(self._rests)
        self._rests += 1
