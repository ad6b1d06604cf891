"""Who may call, and how often."""

from dataclasses import dataclass, field
from enum import StrEnum

from environs import Env, validate

from entrypoints.secret_variable import read_secret
from entrypoints.settings_error import SettingsError

LEAST_PEPPER_BYTES = 32
DEFAULT_REQUESTS_PER_MINUTE = 600


class AuthMode(StrEnum):
    """What callers have to show."""

    OPEN = "open"
    """Nothing: whoever reaches the service may do everything."""

    KEYS = "keys"
    """An API key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessSettings:
    """How callers are known and limited.

    `pepper` is None where none was given; `requests_per_minute` is 0 for no limit, and None
    where the mode decides.
    """

    auth: AuthMode
    pepper: bytes | None = field(repr=False)
    requests_per_minute: int | None = None

    @property
    def rate(self) -> int:
        """The requests per minute of one caller, 0 for no limit."""
        if self.requests_per_minute is not None:
            return self.requests_per_minute
        return DEFAULT_REQUESTS_PER_MINUTE if self.auth is AuthMode.KEYS else 0

    def need_pepper(self) -> bytes:
        """The pepper; raises SettingsError where none was given."""
        if self.pepper is None:
            raise SettingsError(
                "API keys need GRISTMILL_KEY_PEPPER (or GRISTMILL_KEY_PEPPER_FILE), a secret of "
                f"{LEAST_PEPPER_BYTES} characters or more that is the same on every machine, such "
                "as openssl rand -hex 32 makes; whoever changes it makes all keys worthless"
            )
        return self.pepper


def read_access(env: Env) -> AccessSettings:
    """What the environment says of it; raises SettingsError."""
    return AccessSettings(
        auth=env.enum("GRISTMILL_AUTH", AuthMode.OPEN, enum=AuthMode, by_value=True),
        pepper=_pepper(env),
        requests_per_minute=env.int(
            "GRISTMILL_REQUESTS_PER_MINUTE", None, validate=validate.Range(0, 1_000_000)
        ),
    )


def read_api_key() -> str | None:
    """The key that a command of ours shows to the service, None where it has none."""
    return read_secret(Env(), "GRISTMILL_API_KEY", file="GRISTMILL_API_KEY_FILE")


def _pepper(env: Env) -> bytes | None:
    text = read_secret(env, "GRISTMILL_KEY_PEPPER", file="GRISTMILL_KEY_PEPPER_FILE")
    if text is None:
        return None
    pepper = text.encode()
    if len(pepper) < LEAST_PEPPER_BYTES:
        raise SettingsError(
            f"GRISTMILL_KEY_PEPPER is a secret of {LEAST_PEPPER_BYTES} characters or more; "
            f"it has {len(text)}"
        )
    return pepper
