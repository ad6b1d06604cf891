"""Who is let in by an API key, and who is not."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from adapters.access.key_authenticator import CACHE_SECONDS, KeyAuthenticator
from adapters.memory.api_keys import MemoryApiKeys
from adapters.memory.manual_clock import ManualClock
from application.access_errors import InvalidCredentialError, MissingCredentialError
from application.errors import DatabaseUnavailableError
from domain.access import Principal, Scope
from domain.api_key import ApiKey
from domain.api_key_text import ID_BYTES, SECRET_BYTES, ApiKeyText
from tests.builders import build_api_key

PEPPER = b"p" * 32
MINE = ApiKeyText.make(b"\x01" * ID_BYTES, b"a" * SECRET_BYTES)
FORGED = ApiKeyText.make(b"\x01" * ID_BYTES, b"b" * SECRET_BYTES)
NEVER_MADE = ApiKeyText.make(b"\x02" * ID_BYTES, b"a" * SECRET_BYTES)


class CountedApiKeys(MemoryApiKeys):
    """Knows how often it was asked, and can be away."""

    asked = 0
    is_away = False

    def get(self, key_id: str) -> ApiKey:
        self.asked += 1
        if self.is_away:
            raise DatabaseUnavailableError("away")
        return super().get(key_id)


@dataclass
class Door:
    """An authenticator over one key, with all that it stands on."""

    keys: CountedApiKeys = field(default_factory=CountedApiKeys)
    clock: ManualClock = field(default_factory=ManualClock)

    def __post_init__(self) -> None:
        self.authenticator = KeyAuthenticator(self.keys, self.clock, pepper=PEPPER)

    def add_key(self, **changes: Any) -> ApiKey:
        """Adds the key that MINE is."""
        key = build_api_key(id=MINE.id, secret_hash=MINE.hashed(PEPPER), **changes)
        self.keys.add(key)
        return key


@pytest.fixture
def door() -> Door:
    """A door without a key."""
    return Door()


def test_a_good_key_stands_for_its_tenant_and_scopes(door: Door) -> None:
    door.add_key(tenant="bakery", scopes=frozenset({Scope.OPS}))

    assert door.authenticator.authenticate(MINE.whole) == Principal(
        tenant="bakery", scopes=frozenset({Scope.OPS}), key_id=MINE.id
    )


def test_whoever_shows_nothing_is_asked_for_a_key(door: Door) -> None:
    with pytest.raises(MissingCredentialError):
        door.authenticator.authenticate(None)


@pytest.mark.parametrize("text", ["", "gm_", MINE.whole[:-1] + "_", MINE.whole + " ", "ü" * 62])
def test_what_is_no_key_asks_no_database(door: Door, text: str) -> None:
    with pytest.raises(InvalidCredentialError, match="no API key"):
        door.authenticator.authenticate(text)

    assert door.keys.asked == 0


@pytest.mark.parametrize("text", [FORGED, NEVER_MADE])
def test_another_secret_is_as_unknown_as_another_id(door: Door, text: ApiKeyText) -> None:
    door.add_key(revoked_at=door.clock.now())

    with pytest.raises(InvalidCredentialError, match="there is no such API key") as refused:
        door.authenticator.authenticate(text.whole)

    assert text.whole not in str(refused.value)


def test_a_revoked_key_opens_nothing_after_a_few_seconds(door: Door) -> None:
    door.add_key()
    door.authenticator.authenticate(MINE.whole)
    door.keys.revoke(MINE.id, at=door.clock.now())

    door.clock.advance(CACHE_SECONDS)

    with pytest.raises(InvalidCredentialError, match="was revoked"):
        door.authenticator.authenticate(MINE.whole)


def test_an_expired_key_opens_nothing_from_that_moment_on(door: Door) -> None:
    door.add_key(expires_at=door.clock.now() + timedelta(seconds=1))
    door.authenticator.authenticate(MINE.whole)

    door.clock.advance(1)

    with pytest.raises(InvalidCredentialError, match="has expired"):
        door.authenticator.authenticate(MINE.whole)


def test_a_key_is_looked_up_once_in_a_few_seconds(door: Door) -> None:
    door.add_key()

    for _ in range(10):
        door.authenticator.authenticate(MINE.whole)
    assert door.keys.asked == 1

    door.clock.advance(CACHE_SECONDS)
    door.authenticator.authenticate(MINE.whole)
    assert door.keys.asked == 2


def test_nobody_comes_in_while_the_keys_cannot_be_looked_up(door: Door) -> None:
    door.add_key()
    door.authenticator.authenticate(MINE.whole)
    door.keys.is_away = True
    door.clock.advance(CACHE_SECONDS)

    with pytest.raises(DatabaseUnavailableError):
        door.authenticator.authenticate(MINE.whole)


def test_the_use_of_a_key_is_noted_once_in_an_hour(door: Door) -> None:
    door.add_key()
    uses = []
    for seconds in (0, 1800, 1800, 3600):
        door.clock.advance(seconds)
        door.authenticator.authenticate(MINE.whole)
        uses.append(door.keys.get(MINE.id).last_used_at)

    first = uses[0]
    assert first is not None
    assert uses == [first, first, first + timedelta(hours=1), first + timedelta(hours=2)]


def test_keys_made_under_another_pepper_open_nothing(door: Door) -> None:
    door.add_key()
    other = KeyAuthenticator(door.keys, door.clock, pepper=b"q" * 32)

    with pytest.raises(InvalidCredentialError, match="no such API key"):
        other.authenticate(MINE.whole)
