"""Sends messages to their topics."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from application.ports.outbox import OutboxRecord


class EventPublisher(ABC):
    """Publishes in batches, as SNS does."""

    @abstractmethod
    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        """Publishes at most ten records of one topic; returns why each that failed did, by id.

        An empty mapping means that all of them were accepted. A record may arrive twice,
        and in any order. Raises QueueUnavailableError or ConfigurationError when none may
        have been accepted, or when that cannot be known. Of one topic, so that an error tells
        which of them is away.
        """
