"""Revokes an API key."""

from application.ports.api_keys import ApiKeys
from application.ports.clock import Clock
from domain.api_key import ApiKey


class RevokeApiKey:
    """Ends what a key opens, for good; revoking twice is revoking once."""

    def __init__(self, *, api_keys: ApiKeys, clock: Clock) -> None:
        self._api_keys = api_keys
        self._clock = clock

    def __call__(self, key_id: str) -> ApiKey:
        """The revoked key. Raises UnknownApiKeyError, DatabaseUnavailableError."""
        return self._api_keys.revoke(key_id, at=self._clock.now())
