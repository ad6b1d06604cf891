"""Makes an API key."""

from dataclasses import dataclass, field
from datetime import datetime

from application.ports.api_keys import ApiKeys
from application.ports.clock import Clock
from application.ports.secret_generator import SecretGenerator
from domain.access import Scope
from domain.api_key import ApiKey, check_new_key
from domain.api_key_text import ID_BYTES, SECRET_BYTES, ApiKeyText


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApiKey:
    """A key and, this once, the text that its holder sends."""

    key: ApiKey
    text: str = field(repr=False)


class CreateApiKey:
    """Makes a key whose secret is kept nowhere."""

    def __init__(
        self, *, api_keys: ApiKeys, secrets: SecretGenerator, clock: Clock, pepper: bytes
    ) -> None:
        self._api_keys = api_keys
        self._secrets = secrets
        self._clock = clock
        self._pepper = pepper

    def __call__(
        self, tenant: str, name: str, *, scopes: frozenset[Scope], expires_at: datetime | None
    ) -> NewApiKey:
        """The new key. Raises InvalidOptionError, ApiKeyTakenError, DatabaseUnavailableError."""
        check_new_key(tenant=tenant, name=name, scopes=scopes)
        text = ApiKeyText.make(
            self._secrets.new_secret(ID_BYTES), self._secrets.new_secret(SECRET_BYTES)
        )
        key = ApiKey(
            id=text.id,
            secret_hash=text.hashed(self._pepper),
            tenant=tenant,
            name=name,
            scopes=scopes,
            created_at=self._clock.now(),
            expires_at=expires_at,
        )
        self._api_keys.add(key)
        return NewApiKey(key=key, text=text.whole)
