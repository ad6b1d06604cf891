"""What the environment asks for, and what it may not ask for."""

from pathlib import Path

import pytest

from entrypoints.settings import CloudSettings, Profile, Settings, SettingsError

CLOUD = {
    "GRISTMILL_PROFILE": "aws",
    "GRISTMILL_DATABASE_URL": "postgresql://app:secret@db/gristmill",
    "GRISTMILL_S3_BUCKET": "files",
}


def settings(patch: pytest.MonkeyPatch, **variables: str) -> Settings:
    """The settings of an environment that holds those variables and no other of ours."""
    for name, value in variables.items():
        patch.setenv(name, value)
    return Settings.from_environment()


def cloud(patch: pytest.MonkeyPatch, **variables: str) -> CloudSettings:
    """The shared engines of the aws profile in such an environment."""
    found = settings(patch, **(CLOUD | variables)).cloud
    assert found is not None
    return found


def test_without_a_word_everything_is_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch)

    assert found.profile is Profile.EMBEDDED
    assert found.cloud is None


def test_the_aws_profile_is_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    timings = settings(monkeypatch, **CLOUD).timings

    seconds = [span.total_seconds() for span in (timings.heartbeat, timings.lease)]
    assert [*seconds, timings.visibility.total_seconds()] == [60, 240, 300]


def test_the_region_is_read_where_every_tool_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cloud(monkeypatch, AWS_REGION="eu-central-1").region == "eu-central-1"


@pytest.mark.parametrize("missing", ["GRISTMILL_DATABASE_URL", "GRISTMILL_S3_BUCKET"])
def test_what_the_aws_profile_cannot_guess_it_asks_for(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    with pytest.raises(SettingsError, match=missing):
        settings(monkeypatch, **(CLOUD | {missing: ""}))


def test_a_database_that_the_profile_would_ignore_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(SettingsError, match="GRISTMILL_PROFILE=aws"):
        settings(monkeypatch, GRISTMILL_DATABASE_URL="postgresql://db/gristmill")


def test_a_secret_may_be_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://app:hidden@db/gristmill\n", "utf-8")

    found = cloud(monkeypatch, GRISTMILL_DATABASE_URL="", GRISTMILL_DATABASE_URL_FILE=str(secret))

    assert found.database_url == "postgresql://app:hidden@db/gristmill"


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="both set"):
        cloud(monkeypatch, GRISTMILL_DATABASE_URL_FILE=str(tmp_path / "url"))


def test_a_secret_file_that_cannot_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="GRISTMILL_DATABASE_URL_FILE"):
        settings(
            monkeypatch,
            **(CLOUD | {"GRISTMILL_DATABASE_URL": ""}),
            GRISTMILL_DATABASE_URL_FILE=str(tmp_path / "absent"),
        )


def test_a_password_is_not_printed_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "secret" not in repr(settings(monkeypatch, **CLOUD))
