"""How the calls of the last while ended."""

from collections import deque
from dataclasses import dataclass

_SLICES = 10


@dataclass(slots=True, kw_only=True)
class _Slice:
    number: int
    errors: int = 0
    successes: int = 0


class CallCounts:
    """The calls of the last `seconds`, forgotten by tenths of that time.

    Counted and not listed: a storage under load ends thousands of calls in half a minute.
    Times are readings of a monotonic clock, and never fall.
    """

    def __init__(self, seconds: float) -> None:
        self._slice_seconds = seconds / _SLICES
        self._slices: deque[_Slice] = deque()

    def count_success(self, *, at: float) -> None:
        """Counts a call that did not fail."""
        self._slice(at).successes += 1

    def count_error(self, *, at: float) -> None:
        """Counts one that did."""
        self._slice(at).errors += 1

    def errors(self, *, at: float) -> int:
        """How many have failed."""
        self._forget(self._number(at))
        return sum(it.errors for it in self._slices)

    def successes(self, *, at: float) -> int:
        """How many have not."""
        self._forget(self._number(at))
        return sum(it.successes for it in self._slices)

    def clear(self) -> None:
        """Forgets all of them."""
        self._slices.clear()

    def _slice(self, at: float) -> _Slice:
        number = self._number(at)
        if not self._slices or self._slices[-1].number < number:
            self._forget(number)
            self._slices.append(_Slice(number=number))
        return self._slices[-1]

    def _forget(self, number: int) -> None:
        while self._slices and self._slices[0].number <= number - _SLICES:
            self._slices.popleft()

    def _number(self, at: float) -> int:
        return int(at // self._slice_seconds)
