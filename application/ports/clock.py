"""Time, as a collaborator."""

from abc import ABC, abstractmethod
from datetime import datetime


class Clock(ABC):
    """Reads this process's clocks. What is stored bears the database's time instead."""

    @abstractmethod
    def now(self) -> datetime:
        """The time of day, aware and in UTC; it may jump."""

    @abstractmethod
    def monotonic(self) -> float:
        """Seconds from an arbitrary start, which never go back: for measuring durations."""

    @abstractmethod
    def sleep(self, seconds: float) -> None:
        """Returns after `seconds`."""
