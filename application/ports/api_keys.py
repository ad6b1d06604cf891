"""The API keys that were made."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime

from domain.api_key import ApiKey


class ApiKeys(ABC):
    """Keeps keys; each method is a transaction of its own, and shared by all threads.

    Nothing is ever forgotten: a revoked key still says who made what. All methods raise
    DatabaseUnavailableError.
    """

    @abstractmethod
    def add(self, key: ApiKey) -> None:
        """Keeps a new key; raises ApiKeyTakenError when its id is taken, with whatever secret."""

    @abstractmethod
    def get(self, key_id: str) -> ApiKey:
        """The key of that id, revoked and expired ones included; raises UnknownApiKeyError."""

    @abstractmethod
    def list(self, tenant: str | None) -> Sequence[ApiKey]:
        """The tenant's keys, None for those of all; the oldest first, then by id."""

    @abstractmethod
    def revoke(self, key_id: str, *, at: datetime) -> ApiKey:
        """The key, which is revoked from now on; the first `at` stays.

        Raises UnknownApiKeyError.
        """

    @abstractmethod
    def note_use(self, key_id: str, *, at: datetime) -> None:
        """Remembers that the key was used, unless a later use is known; an unknown id is none."""
