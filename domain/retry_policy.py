"""When a failed attempt is tried again, and when enough is enough."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from domain.fault import Fault, FaultKind


class BackoffStrategy(StrEnum):
    """How the wait grows with each try."""

    FULL_JITTER = "full_jitter"
    FIXED = "fixed"
    LINEAR = "linear"


class RetryHistory(Protocol):
    """What the policy needs to know of a file."""

    @property
    def failures(self) -> int:
        """Attempts that ended in a defect of ours or of the file."""

    @property
    def retries(self) -> int:
        """All attempts that were scheduled again, those failures included."""

    @property
    def generation_started_at(self) -> datetime:
        """When the work now going on was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Turns a fault and what came before it into the next try, or into the end.

    Exponential backoff with full jitter as measured best in
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """

    strategy: BackoffStrategy = BackoffStrategy.FULL_JITTER
    base_seconds: float = 30
    cap_seconds: float = 900
    max_failures: int = 3
    max_starts: int = 6
    max_unfinished: timedelta = timedelta(hours=24)

    def delay_after(
        self,
        fault: Fault,
        history: RetryHistory,
        *,
        at: datetime,
        uniform: Callable[[float], float],
    ) -> timedelta | None:
        """How long to wait before the next try; None when the budget is spent.

        `uniform(x)` gives a random number from 0 to x.
        """
        if self._is_spent(fault, history, at):
            return None
        return timedelta(seconds=max(1.0, self._wait_seconds(history.retries + 1, uniform)))

    def is_crash_loop(self, starts: int) -> bool:
        """True when that many starts in a row without any outcome forbid one more."""
        return starts >= self.max_starts

    def _is_spent(self, fault: Fault, history: RetryHistory, at: datetime) -> bool:
        match fault.kind:
            case FaultKind.INPUT:
                return True
            case FaultKind.FAILURE:
                return history.failures + 1 >= self.max_failures
            case FaultKind.DEPENDENCY:
                # Waiting in the queue is nobody's outage: only the pauses that were spent count.
                is_old = at - history.generation_started_at >= self.max_unfinished
                return is_old and self._seconds_waited(history.retries) >= self._max_seconds

    @property
    def _max_seconds(self) -> float:
        return self.max_unfinished.total_seconds()

    def _seconds_waited(self, retries: int) -> float:
        """How long that many pauses are on average; counted no further than the budget."""
        waited = 0.0
        for try_number in range(1, retries + 1):
            waited += max(1.0, self._wait_seconds(try_number, lambda ceiling: ceiling / 2))
            if waited >= self._max_seconds:
                break
        return waited

    def _wait_seconds(self, try_number: int, uniform: Callable[[float], float]) -> float:
        match self.strategy:
            case BackoffStrategy.FIXED:
                return min(self.cap_seconds, self.base_seconds)
            case BackoffStrategy.LINEAR:
                return min(self.cap_seconds, self.base_seconds * try_number)
            case BackoffStrategy.FULL_JITTER:
                # The exponent is bounded: 2 ** 10,000 is a number nobody needs.
                ceiling = self.base_seconds * 2 ** min(try_number - 1, 32)
                return uniform(min(self.cap_seconds, ceiling))
