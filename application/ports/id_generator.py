"""New identifiers and chance, as a collaborator."""

from abc import ABC, abstractmethod
from uuid import UUID


class IdGenerator(ABC):
    """Makes ids that nobody else makes."""

    @abstractmethod
    def new_id(self) -> UUID:
        """A UUIDv7 (RFC 9562): unguessable, and sorted by the time it was made."""


class Randomness(ABC):
    """Chance, so that waits of many workers do not coincide."""

    @abstractmethod
    def uniform(self, ceiling: float) -> float:
        """A number from 0 to `ceiling`, all equally likely."""
