"""Messages that leave only if their transaction does, and then surely."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID


class Topic(StrEnum):
    """Where a message goes."""

    FILE_PROCESSING = "file-processing"
    """Work: look at this file."""

    FILE_EVENTS = "file-events"
    """A file came to its end."""


ALL_TOPICS: Final = frozenset(Topic)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """One message: `body` is JSON text, `attributes` are strings for subscribers to filter by."""

    topic: Topic
    file_id: UUID
    tenant: str
    body: str
    attributes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRecord:
    """A claimed message: `id` is the record's own, `tries` how often it failed to leave."""

    id: int
    message: OutgoingMessage
    tries: int


class Outbox(ABC):
    """The messages of committed transactions, within one unit of work.

    Any method may raise DatabaseUnavailableError.
    """

    @abstractmethod
    def add(self, message: OutgoingMessage) -> None:
        """Keeps the message until it is sent; it becomes claimable at commit."""

    @abstractmethod
    def claim(
        self,
        *,
        owner: str,
        limit: int,
        at: datetime,
        until: datetime,
        topics: Collection[Topic] = ALL_TOPICS,
    ) -> Sequence[OutboxRecord]:
        """At most `limit` unsent messages that are available at `at` and unclaimed then.

        Oldest first, and of `topics` alone: however many wait for another one, they neither
        count nor are looked through. Nobody else can claim them before `until`.
        """

    @abstractmethod
    def mark_sent(self, record_ids: Sequence[int], *, owner: str, at: datetime) -> None:
        """Ends the messages; those that another owner has claimed since are left alone.

        Only the fact is kept: a body that has left is needed no more, and may hold a name.
        """

    @abstractmethod
    def postpone(self, record_id: int, *, owner: str, available_at: datetime, error: str) -> None:
        """Gives a message back, to be tried from `available_at` on; `tries` rises by one."""

    @abstractmethod
    def void_claims(self, owner: str | None = None) -> int:
        """Gives back what `owner` has claimed, or what everybody has; returns how many.

        For owners known to be dead.
        """

    @abstractmethod
    def withdraw_work(self, file_id: UUID) -> None:
        """Forgets the file's unsent work messages; one that is being published may still leave."""

    @abstractmethod
    def delete_sent(self, *, before: datetime, limit: int) -> int:
        """Forgets at most `limit` messages sent before `before`; returns how many."""
