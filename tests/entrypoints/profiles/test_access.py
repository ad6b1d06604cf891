"""Keys that machines share open all of them, under the pepper that they share."""

import pytest

from application.access_errors import InvalidCredentialError, MissingCredentialError
from domain.access import Scope
from entrypoints.container import Container
from tests.entrypoints.profiles.steps import Compose

SHARED = {"GRISTMILL_AUTH": "keys", "GRISTMILL_KEY_PEPPER": "p" * 32}


def new_key(container: Container) -> str:
    """The text of a key that was made there."""
    made = container.create_api_key()("acme", "x", scopes=frozenset({Scope.OPS}), expires_at=None)
    return made.text


def test_a_key_that_one_machine_made_opens_every_other(compose: Compose) -> None:
    text = new_key(compose(**SHARED))

    found = compose(**SHARED).authenticator().authenticate(text)

    assert (found.tenant, found.scopes) == ("acme", frozenset({Scope.OPS}))


def test_another_pepper_opens_nothing(compose: Compose) -> None:
    text = new_key(compose(**SHARED))

    other = compose(**(SHARED | {"GRISTMILL_KEY_PEPPER": "q" * 32}))

    with pytest.raises(InvalidCredentialError):
        other.authenticator().authenticate(text)


def test_without_a_pepper_no_key_fits_and_nobody_comes_in(compose: Compose) -> None:
    text = new_key(compose(**SHARED))

    other = compose(**(SHARED | {"GRISTMILL_KEY_PEPPER": ""}))

    with pytest.raises(InvalidCredentialError):
        other.authenticator().authenticate(text)
    with pytest.raises(MissingCredentialError):
        other.authenticator().authenticate(None)
