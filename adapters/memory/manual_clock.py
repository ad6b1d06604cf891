"""Time that moves only by hand."""

from datetime import UTC, datetime, timedelta

from application.ports.clock import Clock

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class ManualClock(Clock):
    """A clock that stands still until `advance` or `sleep` moves it; sleeping takes no time."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._elapsed = timedelta()

    def now(self) -> datetime:
        return self._start + self._elapsed

    def monotonic(self) -> float:
        return self._elapsed.total_seconds()

    def sleep(self, seconds: float) -> None:
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Moves both readings on by `seconds`."""
        if seconds < 0:
            raise ValueError(f"time does not go back: {seconds} seconds")
        self._elapsed += timedelta(seconds=seconds)
