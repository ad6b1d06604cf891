"""Secrets from the operating system."""

import secrets

from application.ports.secret_generator import SecretGenerator


class SystemSecrets(SecretGenerator):
    """What the kernel makes for cryptography."""

    def new_secret(self, size_bytes: int) -> bytes:
        return secrets.token_bytes(size_bytes)
