"""Which requests were already carried out."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyRecord:
    """The file that a caller's key stands for, and the fingerprint of what was asked."""

    tenant: str
    route: str
    key: str
    fingerprint: str
    file_id: UUID
    created_at: datetime


class IdempotencyKeys(ABC):
    """Keys by (tenant, route, key), within one unit of work.

    Any method may raise DatabaseUnavailableError.
    """

    @abstractmethod
    def find(self, tenant: str, route: str, key: str) -> IdempotencyRecord | None:
        """The record of that key, None when it is new."""

    @abstractmethod
    def add(self, record: IdempotencyRecord) -> None:
        """Takes the key; raises IdempotencyKeyTakenError, here or at commit, when it is taken."""

    @abstractmethod
    def delete_created(self, *, before: datetime, limit: int) -> int:
        """Forgets at most `limit` keys taken before `before`; returns how many."""
