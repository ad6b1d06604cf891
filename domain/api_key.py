"""An API key: what its holder may do, and for how long."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.access import Principal, Scope
from domain.errors import InvalidOptionError

LONGEST_NAME = 100
LONGEST_TENANT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What is kept of a key. `secret_hash` proves the secret to who holds it, and shows nothing.

    `expires_at` is None for a key that lasts until it is revoked; `last_used_at` is right to
    the hour.
    """

    id: str
    secret_hash: str
    tenant: str
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    @property
    def principal(self) -> Principal:
        """Whom the key stands for."""
        return Principal(tenant=self.tenant, scopes=self.scopes, key_id=self.id)

    def is_expired(self, *, at: datetime) -> bool:
        """True from the moment of expiry on."""
        return self.expires_at is not None and at >= self.expires_at

    def revoked(self, *, at: datetime) -> "ApiKey":
        """The key, revoked for good; the first time counts."""
        return self if self.revoked_at is not None else replace(self, revoked_at=at)


def check_new_key(*, tenant: str, name: str, scopes: frozenset[Scope]) -> None:
    """Raises InvalidOptionError for what no key can be made of."""
    for option, text, longest in (("tenant", tenant, LONGEST_TENANT), ("name", name, LONGEST_NAME)):
        if not 0 < len(text) <= longest or not text.isprintable() or text != text.strip():
            raise InvalidOptionError(
                option, text, f"1 to {longest} printable characters without a blank at an end"
            )
    if not scopes:
        raise InvalidOptionError("scopes", "", "one scope at least")
