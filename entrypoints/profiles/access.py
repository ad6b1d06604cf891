"""Who is let in, by whichever keys the profile keeps."""

from typing import Any

from dependency_injector import providers

from adapters.access.key_authenticator import KeyAuthenticator
from adapters.access.open_authenticator import OpenAuthenticator
from adapters.system.system_secrets import SystemSecrets
from application.ports.api_keys import ApiKeys
from application.ports.authenticator import Authenticator
from application.ports.clock import Clock
from entrypoints.access_settings import LEAST_PEPPER_BYTES, AccessSettings, AuthMode


def access_parts(
    settings: AccessSettings, api_keys: ApiKeys, *, clock: Clock, pepper: bytes | None
) -> dict[str, providers.Provider[Any]]:
    """What fills the ports of the container that have to do with access.

    Without a pepper, which a worker does without, one is made that nobody knows: no key fits.
    """
    secrets = SystemSecrets()
    pepper = pepper or secrets.new_secret(LEAST_PEPPER_BYTES)
    authenticator: Authenticator = OpenAuthenticator()
    if settings.auth is AuthMode.KEYS:
        authenticator = KeyAuthenticator(api_keys, clock, pepper=pepper)
    return {
        "authenticator": providers.Object(authenticator),
        "api_keys": providers.Object(api_keys),
        "secrets": providers.Object(secrets),
        "pepper": providers.Object(pepper),
    }
