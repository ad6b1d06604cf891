"""Knows callers by their API keys."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from application.access_errors import (
    InvalidCredentialError,
    MissingCredentialError,
    UnknownApiKeyError,
)
from application.errors import DependencyError
from application.ports.api_keys import ApiKeys
from application.ports.authenticator import Authenticator
from application.ports.clock import Clock
from domain.access import Principal
from domain.api_key import ApiKey
from domain.api_key_text import ApiKeyText, same_hash

CACHE_SECONDS = 5.0
"""For so long after its revocation a key may still open what it has opened just before."""

CACHED_KEYS = 10_000
USE_NOTED_AFTER = timedelta(hours=1)

_NO_KEY = "this is no API key, which begins with gm_ and has 62 characters; was it cut or mistyped?"
_UNKNOWN = "there is no such API key"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    key: ApiKey
    good_until: float


class KeyAuthenticator(Authenticator):
    """Lets in who shows a key that was made here and is neither expired nor revoked.

    What was looked up is good for a few seconds, found by a keyed hash of the whole text, so
    that a caller is asked of the database now and then, and not at each of its requests. Who
    guesses is not remembered. Its dictionary is changed by single steps alone, each of which is
    whole among threads.
    """

    def __init__(self, api_keys: ApiKeys, clock: Clock, *, pepper: bytes) -> None:
        self._api_keys = api_keys
        self._clock = clock
        self._pepper = pepper
        self._known: dict[str, _Known] = {}

    def authenticate(self, credential: str | None) -> Principal:
        if credential is None:
            raise MissingCredentialError
        text = ApiKeyText.parse(credential)
        if text is None:
            raise InvalidCredentialError(_NO_KEY)
        key = self._remembered(text)
        if key.is_expired(at=self._clock.now()):
            raise InvalidCredentialError(f"the API key {key.id} has expired")
        return key.principal

    def _remembered(self, text: ApiKeyText) -> ApiKey:
        shown = text.hashed(self._pepper)
        now = self._clock.monotonic()
        known = self._known.get(shown)
        if known is not None and now < known.good_until:
            return known.key
        key = self._look_up(text, shown)
        if len(self._known) >= CACHED_KEYS:
            self._known.clear()
        self._known[shown] = _Known(key=key, good_until=now + CACHE_SECONDS)
        self._note_use(key)
        return key

    def _look_up(self, text: ApiKeyText, shown: str) -> ApiKey:
        try:
            key = self._api_keys.get(text.id)
        except UnknownApiKeyError as error:
            raise InvalidCredentialError(_UNKNOWN) from error
        if not same_hash(key.secret_hash, shown):
            raise InvalidCredentialError(_UNKNOWN)
        # Only who has the secret is told more than that.
        if key.revoked_at is not None:
            raise InvalidCredentialError(f"the API key {key.id} was revoked")
        return key

    def _note_use(self, key: ApiKey) -> None:
        now = self._clock.now()
        if key.last_used_at is not None and now - key.last_used_at < USE_NOTED_AFTER:
            return
        # The caller is known; that the time of use is not stored is no reason to refuse it.
        with suppress(DependencyError):
            self._api_keys.note_use(key.id, at=now)
