"""Lists API keys."""

from collections.abc import Sequence

from application.ports.api_keys import ApiKeys
from domain.api_key import ApiKey


class ListApiKeys:
    """The keys of a tenant, or of all, the oldest first."""

    def __init__(self, *, api_keys: ApiKeys) -> None:
        self._api_keys = api_keys

    def __call__(self, tenant: str | None) -> Sequence[ApiKey]:
        """Revoked and expired ones included. Raises DatabaseUnavailableError."""
        return self._api_keys.list(tenant)
