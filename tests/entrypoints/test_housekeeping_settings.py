"""How long things are kept, as the environment asks for it."""

from datetime import timedelta

import pytest

from domain.collection_policy import LONGEST_UNRECORDED, CollectionPolicy
from domain.retention_policy import RetentionPolicy
from domain.upload_policy import UploadPolicy
from entrypoints.settings_error import SettingsError
from tests.entrypoints.test_settings import settings


def test_nothing_is_erased_unless_a_retention_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch).retention == RetentionPolicy()

    found = settings(
        monkeypatch,
        GRISTMILL_RETENTION_DAYS="90",
        GRISTMILL_TOMBSTONE_DAYS="365",
        GRISTMILL_IDEMPOTENCY_KEY_DAYS="2",
    ).retention

    assert found == RetentionPolicy(
        finished_files=timedelta(days=90),
        tombstones=timedelta(days=365),
        idempotency_keys=timedelta(days=2),
    )


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GRISTMILL_RETENTION_DAYS", "-1"),
        ("GRISTMILL_RETENTION_DAYS", "soon"),
        ("GRISTMILL_TOMBSTONE_DAYS", "30"),
        ("GRISTMILL_IDEMPOTENCY_KEY_DAYS", "0"),
        ("GRISTMILL_IDEMPOTENCY_KEY_DAYS", "31"),
    ],
)
def test_a_retention_that_cannot_be_meant_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=variable):
        settings(monkeypatch, **{variable: value})


def test_a_day_is_the_pace_of_collections_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert settings(monkeypatch).collection == CollectionPolicy()

    found = settings(
        monkeypatch, GRISTMILL_COLLECT_PERIOD_HOURS="6", GRISTMILL_COLLECT_AFTER_HOURS="48"
    ).collection

    assert found == CollectionPolicy(period=timedelta(hours=6), min_age=timedelta(hours=48))
    never = settings(monkeypatch, GRISTMILL_COLLECT_PERIOD_HOURS="0").collection
    assert never.period is None


def test_what_is_younger_than_a_day_is_never_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="GRISTMILL_COLLECT_AFTER_HOURS"):
        settings(monkeypatch, GRISTMILL_COLLECT_AFTER_HOURS="23")


def test_an_upload_may_take_an_hour_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert settings(monkeypatch).upload_policy == UploadPolicy()

    found = settings(monkeypatch, GRISTMILL_MAX_UPLOAD_SECONDS="39600").upload_policy
    assert found.max_duration < LONGEST_UNRECORDED
    with pytest.raises(SettingsError, match="GRISTMILL_MAX_UPLOAD_SECONDS"):
        settings(monkeypatch, GRISTMILL_MAX_UPLOAD_SECONDS="39601")


def test_an_attempt_ends_before_its_results_could_be_taken_for_garbage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    longest = settings(monkeypatch, GRISTMILL_ATTEMPT_SECONDS="39600").attempt_limit

    assert longest < LONGEST_UNRECORDED
    with pytest.raises(SettingsError, match="GRISTMILL_ATTEMPT_SECONDS"):
        settings(monkeypatch, GRISTMILL_ATTEMPT_SECONDS="39601")
