"""One round of housekeeping at a time, over all machines."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager


class RoundLock(ABC):
    """Keeps processes from doing the same round side by side.

    It saves work and is no fence: a holder that lost the database may still be busy while
    the next one begins, so a round must be harmless when two overlap.
    """

    @abstractmethod
    def attempt(self, name: str) -> AbstractContextManager[bool]:
        """True, from entering to leaving, when nobody else is in the round `name`.

        Never waits. A holder that dies has left; one that froze, or whose machine vanished,
        has left some minutes later. Where only one process can know of the round, or several
        do no harm, it may always be True. Entering raises DatabaseUnavailableError; leaving
        raises nothing of its own.
        """
