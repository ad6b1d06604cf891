"""When a dependency counts as away, and when it is asked whether it is back."""

from dataclasses import dataclass
from enum import StrEnum

from domain.call_counts import CallCounts


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
    """How many errors open a breaker, and how long it then rests.

    So many in a row open it, however long they took: calls that wait for an answer until their
    time is over are few, and there would never be enough of them at once. So many within the
    window open it when no more calls have succeeded there than failed: a hundred calls of
    which one fails are the weather, and who is asked often must not count as away for it.
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
        self._calls = CallCounts(policy.window_seconds)
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

    def record_success(self, *, at: float) -> None:
        """Counts a call that did not fail, unless something is wrong: then only a probe counts."""
        if self._state is BreakerState.CLOSED:
            self._in_a_row = 0
            self._calls.count_success(at=at)

    def record_error(self, *, at: float) -> bool:
        """Counts the error of a call; True when this one opens the breaker.

        Unless it is CLOSED nothing is counted: calls that began before it opened end late, and
        say nothing new.
        """
        if self._state is not BreakerState.CLOSED:
            return False
        self._in_a_row += 1
        self._calls.count_error(at=at)
        if self._in_a_row < self._policy.errors and not self._is_mostly_failing(at):
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
        self._calls.clear()
        self._in_a_row = 0

    def _is_mostly_failing(self, at: float) -> bool:
        errors = self._calls.errors(at=at)
        return errors >= self._policy.errors and errors >= self._calls.successes(at=at)

    def _rest(self, at: float) -> None:
        self._state = BreakerState.OPEN
        self._probe_at = at + self._policy.rest_seconds(self._rests)
        self._rests += 1
