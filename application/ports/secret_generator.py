"""Secrets, as a collaborator."""

from abc import ABC, abstractmethod


class SecretGenerator(ABC):
    """Makes what nobody can guess."""

    @abstractmethod
    def new_secret(self, size_bytes: int) -> bytes:
        """So many bytes, each independent of all that were made before."""
