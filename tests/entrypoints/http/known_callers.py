"""An authenticator of few words."""

from collections.abc import Mapping

from application.access_errors import InvalidCredentialError, MissingCredentialError
from application.ports.authenticator import Authenticator
from domain.access import Principal


class KnownCallers(Authenticator):
    """Knows callers by their plain names."""

    def __init__(self, principals: Mapping[str, Principal]) -> None:
        self._principals = principals

    def authenticate(self, credential: str | None) -> Principal:
        if credential is None:
            raise MissingCredentialError
        if credential not in self._principals:
            raise InvalidCredentialError("nobody has that name")
        return self._principals[credential]
