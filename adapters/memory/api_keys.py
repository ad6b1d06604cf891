"""API keys in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from application.access_errors import ApiKeyTakenError, UnknownApiKeyError
from application.ports.api_keys import ApiKeys
from domain.api_key import ApiKey


class MemoryApiKeys(ApiKeys):
    """Values by their ids, each replaced as a whole."""

    def __init__(self) -> None:
        self._keys: dict[str, ApiKey] = {}

    def add(self, key: ApiKey) -> None:
        if self._keys.setdefault(key.id, key) is not key:
            raise ApiKeyTakenError(key.id)

    def get(self, key_id: str) -> ApiKey:
        if key_id not in self._keys:
            raise UnknownApiKeyError(key_id)
        return self._keys[key_id]

    def list(self, tenant: str | None) -> Sequence[ApiKey]:
        wanted = [key for key in self._keys.values() if tenant in (None, key.tenant)]
        return sorted(wanted, key=lambda key: (key.created_at, key.id))

    def revoke(self, key_id: str, *, at: datetime) -> ApiKey:
        revoked = self.get(key_id).revoked(at=at)
        self._keys[key_id] = revoked
        return revoked

    def note_use(self, key_id: str, *, at: datetime) -> None:
        key = self._keys.get(key_id)
        if key is not None and (key.last_used_at is None or key.last_used_at < at):
            self._keys[key_id] = replace(key, last_used_at=at)
