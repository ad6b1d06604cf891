"""Tells who a caller is."""

from abc import ABC, abstractmethod

from domain.access import Principal


class Authenticator(ABC):
    """Knows callers by what they show; shared by all threads."""

    @abstractmethod
    def authenticate(self, credential: str | None) -> Principal:
        """The caller that shows `credential`, a bearer token as it was sent; None for nothing.

        Whoever cannot be known for certain is not let in: raises MissingCredentialError,
        InvalidCredentialError, and DatabaseUnavailableError when it cannot be looked up.
        """
