"""Everybody may do everything: for who alone reaches the service."""

from application.ports.authenticator import Authenticator
from domain.access import DEFAULT_TENANT, Principal, Scope


class OpenAuthenticator(Authenticator):
    """Takes each caller, whatever it shows, for the one tenant with all scopes."""

    def __init__(self, tenant: str = DEFAULT_TENANT) -> None:
        self._principal = Principal(tenant=tenant, scopes=frozenset(Scope))

    def authenticate(self, credential: str | None) -> Principal:
        return self._principal
