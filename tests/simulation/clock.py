"""Virtual time, as a process reads it."""

from datetime import UTC, datetime, timedelta

from application.ports.clock import Clock
from tests.simulation.actors import Scheduler

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class ActorClock(Clock):
    """The scheduler's time; the time of day is wrong by `skew_seconds`, durations never are."""

    def __init__(self, scheduler: Scheduler, *, skew_seconds: float = 0.0) -> None:
        self._scheduler = scheduler
        self._start = START + timedelta(seconds=skew_seconds)

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._scheduler.now)

    def monotonic(self) -> float:
        return self._scheduler.now

    def sleep(self, seconds: float) -> None:
        self._scheduler.sleep(seconds)


def virtual_seconds(at: datetime) -> float:
    """The virtual time of a moment of the database's, rounded up."""
    return (at - START).total_seconds() + 0.000_001
