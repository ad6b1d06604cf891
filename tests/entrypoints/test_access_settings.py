"""Who may call, as the environment says it."""

from pathlib import Path

import pytest

from entrypoints.access_settings import AuthMode, read_api_key
from entrypoints.settings import Settings
from entrypoints.settings_error import SettingsError

PEPPER = "0123456789abcdef0123456789abcdef"


def settings(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    """The settings that these variables ask for."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return Settings.from_environment()


def test_nobody_needs_a_key_unless_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch)

    assert (found.access.auth, found.access.rate, found.may_face_others) == (
        AuthMode.OPEN,
        0,
        False,
    )


def test_with_keys_others_may_connect_and_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch, GRISTMILL_AUTH="keys")

    assert (found.access.auth, found.access.rate, found.may_face_others) == (
        AuthMode.KEYS,
        600,
        True,
    )


@pytest.mark.parametrize(("auth", "said"), [("open", 7), ("keys", 0)])
def test_the_rate_that_is_said_counts(
    monkeypatch: pytest.MonkeyPatch, auth: str, said: int
) -> None:
    found = settings(monkeypatch, GRISTMILL_AUTH=auth, GRISTMILL_REQUESTS_PER_MINUTE=str(said))

    assert found.access.rate == said


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GRISTMILL_AUTH", "on"),
        ("GRISTMILL_KEY_PEPPER", "too short"),
        ("GRISTMILL_KEY_PEPPER_FILE", "/nowhere"),
        ("GRISTMILL_REQUESTS_PER_MINUTE", "-1"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=variable.removesuffix("_FILE")) as refused:
        settings(monkeypatch, **{variable: value})

    assert "too short" not in str(refused.value)


def test_the_pepper_may_be_in_a_file_and_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "pepper"
    path.write_text(PEPPER + "\n")

    found = settings(monkeypatch, GRISTMILL_KEY_PEPPER_FILE=str(path))

    assert found.access.need_pepper() == PEPPER.encode()
    assert PEPPER not in repr(found)


def test_machines_that_share_keys_are_asked_for_their_pepper(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cloud = {
        "GRISTMILL_PROFILE": "aws",
        "GRISTMILL_S3_BUCKET": "bucket",
        "GRISTMILL_DATABASE_URL": "postgresql://db/gristmill",
    }

    with pytest.raises(SettingsError, match="GRISTMILL_KEY_PEPPER"):
        settings(monkeypatch, **cloud).check_pepper()
    settings(monkeypatch, **cloud, GRISTMILL_KEY_PEPPER=PEPPER).check_pepper()


def test_the_key_of_a_command_is_given_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert read_api_key() is None
    path = tmp_path / "key"
    path.write_text("gm_key\n")
    monkeypatch.setenv("GRISTMILL_API_KEY_FILE", str(path))
    assert read_api_key() == "gm_key"

    monkeypatch.setenv("GRISTMILL_API_KEY", "gm_other")
    with pytest.raises(SettingsError, match="which one is meant"):
        read_api_key()
