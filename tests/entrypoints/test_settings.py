"""What the environment asks for, and what it may not ask for."""

from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest

from domain.circuit_breaker import BreakerPolicy
from domain.retry_policy import BackoffStrategy, RetryPolicy
from entrypoints.cloud_settings import CloudSettings
from entrypoints.settings import Profile, Settings
from entrypoints.settings_error import SettingsError

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


@pytest.mark.parametrize("seconds", ["nan", "inf", "-inf", "0", "43201"])
@pytest.mark.parametrize("what", ["HEARTBEAT", "LEASE", "VISIBILITY", "BACKOFF_BASE"])
def test_a_time_that_no_queue_could_keep_is_refused(
    monkeypatch: pytest.MonkeyPatch, what: str, seconds: str
) -> None:
    with pytest.raises(SettingsError, match=f"GRISTMILL_{what}_SECONDS"):
        settings(monkeypatch, **{f"GRISTMILL_{what}_SECONDS": seconds})


@pytest.mark.parametrize("what", ["LONG_POLL", "DRAIN", "ATTEMPT"])
def test_what_is_not_a_number_is_no_time(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    with pytest.raises(SettingsError, match=f"GRISTMILL_{what}_SECONDS"):
        settings(monkeypatch, **{f"GRISTMILL_{what}_SECONDS": "nan"})


@pytest.mark.parametrize(
    ("limit", "value"),
    [
        ("MEMORY_BYTES", str(64 * 1024 * 1024 - 1)),
        ("MEMORY_BYTES", str(1 << 61)),
        ("CPU_SECONDS", "0"),
        ("CPU_SECONDS", "1.5"),
        ("SCRATCH_BYTES", "1000"),
    ],
)
def test_a_limit_that_no_file_could_keep_or_none_could_reach_is_refused(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=f"GRISTMILL_SANDBOX_{limit}"):
        settings(monkeypatch, **{f"GRISTMILL_SANDBOX_{limit}": value})


@pytest.mark.parametrize("seconds", ["20.9", "30.000001"])
def test_a_visibility_that_no_queue_could_keep_is_refused(
    monkeypatch: pytest.MonkeyPatch, seconds: str
) -> None:
    with pytest.raises(SettingsError, match=r"GRISTMILL_VISIBILITY_SECONDS .* whole number"):
        settings(monkeypatch, GRISTMILL_LEASE_SECONDS="20.8", GRISTMILL_VISIBILITY_SECONDS=seconds)


@pytest.mark.parametrize(
    ("heartbeat", "visibility", "is_accepted"),
    [("209", "211", True), ("210", "211", False), ("209", "210", False)],
)
def test_the_worker_gives_up_after_its_heartbeat_and_before_the_message_shows_itself(
    monkeypatch: pytest.MonkeyPatch, heartbeat: str, visibility: str, *, is_accepted: bool
) -> None:
    # Seven eighths of this lease are 210 seconds.
    expected = nullcontext() if is_accepted else pytest.raises(SettingsError, match="seven eighths")

    with expected:
        settings(
            monkeypatch,
            GRISTMILL_LEASE_SECONDS="240",
            GRISTMILL_HEARTBEAT_SECONDS=heartbeat,
            GRISTMILL_VISIBILITY_SECONDS=visibility,
            GRISTMILL_WATCHDOG_SECONDS="250",
        )


def test_a_lease_may_last_for_a_part_of_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(
        monkeypatch,
        GRISTMILL_HEARTBEAT_SECONDS="0.2",
        GRISTMILL_LEASE_SECONDS="0.9",
        GRISTMILL_VISIBILITY_SECONDS="1",
    )

    assert found.timings.lease.total_seconds() == 0.9


@pytest.mark.parametrize("seconds", ["0", "39601", "-1", "an hour"])
def test_an_attempt_may_not_outlast_what_a_queue_remembers(
    monkeypatch: pytest.MonkeyPatch, seconds: str
) -> None:
    with pytest.raises(SettingsError, match="GRISTMILL_ATTEMPT_SECONDS"):
        settings(monkeypatch, GRISTMILL_ATTEMPT_SECONDS=seconds)


def test_an_attempt_may_take_an_hour_unless_the_operator_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert settings(monkeypatch).attempt_limit.total_seconds() == 3600
    longest = settings(monkeypatch, GRISTMILL_ATTEMPT_SECONDS="39600").attempt_limit
    assert longest.total_seconds() == 39_600


def test_budgets_and_backoff_are_the_operators_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(
        monkeypatch,
        GRISTMILL_MAX_FAILURES="4",
        GRISTMILL_MAX_STARTS="9",
        GRISTMILL_MAX_UNFINISHED_HOURS="48",
        GRISTMILL_BACKOFF_STRATEGY="linear",
        GRISTMILL_BACKOFF_BASE_SECONDS="10",
        GRISTMILL_BACKOFF_CAP_SECONDS="60",
    )

    assert found.retry_policy == RetryPolicy(
        strategy=BackoffStrategy.LINEAR,
        base_seconds=10,
        cap_seconds=60,
        max_failures=4,
        max_starts=9,
        max_unfinished=timedelta(hours=48),
    )


def test_breakers_and_the_watchdog_are_the_operators_to_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = settings(
        monkeypatch,
        GRISTMILL_BREAKER_ERRORS="7",
        GRISTMILL_BREAKER_WINDOW_SECONDS="60",
        GRISTMILL_BREAKER_PROBE_SECONDS="0.5",
        GRISTMILL_WATCHDOG_SECONDS="600",
    )

    assert found.watchdog_seconds == 600
    assert found.breaker_policy == BreakerPolicy(errors=7, window_seconds=60, probe_seconds=0.5)


@pytest.mark.parametrize(
    ("heartbeat", "watchdog", "is_accepted"),
    [(60, 100, True), (61, 100, False), (300, 120, False), (300, 340, True)],
)
def test_no_heartbeat_is_as_rare_as_to_be_taken_for_a_silence(
    monkeypatch: pytest.MonkeyPatch, heartbeat: int, watchdog: int, is_accepted: bool
) -> None:
    expected = (
        nullcontext()
        if is_accepted
        else pytest.raises(SettingsError, match=rf"WATCHDOG_SECONDS \({watchdog}\).* 40 more")
    )

    with expected:
        settings(
            monkeypatch,
            GRISTMILL_HEARTBEAT_SECONDS=str(heartbeat),
            GRISTMILL_LEASE_SECONDS="1000",
            GRISTMILL_VISIBILITY_SECONDS="1001",
            GRISTMILL_WATCHDOG_SECONDS=str(watchdog),
        )


def test_without_a_word_policies_are_those_of_the_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch)

    assert found.retry_policy == RetryPolicy()
    assert found.breaker_policy == BreakerPolicy()
    assert found.watchdog_seconds == 120


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GRISTMILL_MAX_STARTS", "0"),
        ("GRISTMILL_MAX_UNFINISHED_HOURS", "0.5"),
        ("GRISTMILL_MAX_UNFINISHED_HOURS", "nan"),
        ("GRISTMILL_BACKOFF_STRATEGY", "exponential"),
        ("GRISTMILL_BREAKER_ERRORS", "0"),
        ("GRISTMILL_BREAKER_WINDOW_SECONDS", "0"),
        ("GRISTMILL_BREAKER_PROBE_SECONDS", "0"),
        # A loop may rest for a minute between two steps, and a call may take half of one.
        ("GRISTMILL_WATCHDOG_SECONDS", "99"),
    ],
)
def test_a_budget_that_makes_no_sense_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=variable):
        settings(monkeypatch, **{variable: value})
