"""Every setting of the service; nothing else reads the environment."""

import os
import socket
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Self

from environs import Env, EnvError, validate

from domain.circuit_breaker import BreakerPolicy
from domain.collection_policy import CollectionPolicy
from domain.retention_policy import LEAST_TOMBSTONE_AGE, RetentionPolicy
from domain.retry_policy import BackoffStrategy, RetryPolicy
from domain.upload_policy import UploadPolicy
from domain.upload_session import UploadSessionPolicy
from entrypoints.access_settings import AccessSettings, AuthMode, read_access
from entrypoints.cloud_settings import CloudSettings
from entrypoints.content_settings import ContentSettings
from entrypoints.pace import PATIENT, QUICK, Pace
from entrypoints.sample_settings import SampleSettings, read_samples
from entrypoints.sandbox_settings import SandboxSettings
from entrypoints.secret_variable import read_secret
from entrypoints.settings_error import SettingsError
from entrypoints.timings import Timings
from entrypoints.upload_settings import upload_policy, upload_session_policy

LONGEST_HIDDEN_SECONDS = 43_200
"""SQS can hide a message for twelve hours."""

_MIB = 1024 * 1024
# More than any machine has; the kernel takes no number beyond 64 bits.
_MOST_BYTES = 1 << 60


class Profile(StrEnum):
    """Which engines stand behind the ports."""

    EMBEDDED = "embedded"
    """SQLite and the local disk: one machine, nothing to install."""

    AWS = "aws"
    """PostgreSQL, S3, SNS and SQS: any number of machines."""

    MEMORY = "memory"
    """Everything in this process and gone with it: for tests."""


PACES = MappingProxyType({Profile.EMBEDDED: QUICK, Profile.MEMORY: QUICK, Profile.AWS: PATIENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one process, checked."""

    profile: Profile
    cloud: CloudSettings | None
    data_dir: Path
    host: str
    port: int
    allow_open: bool
    access: AccessSettings
    log_level: str
    upload_policy: UploadPolicy
    upload_sessions: UploadSessionPolicy
    content: ContentSettings
    retry_policy: RetryPolicy
    retention: RetentionPolicy
    collection: CollectionPolicy
    breaker_policy: BreakerPolicy
    timings: Timings
    attempt_limit: timedelta
    sandbox: SandboxSettings
    samples: SampleSettings
    max_receives: int
    long_poll_seconds: float
    drain_seconds: float
    watchdog_seconds: float
    server_threads: int
    worker_concurrency: int
    worker_name: str

    @classmethod
    def from_environment(
        cls, *, default_log_level: str = "INFO", needs_database: bool = True
    ) -> Self:
        """The settings that the `GRISTMILL_*` variables ask for, with their defaults.

        Whoever needs no database does not have to be told of one, nor of its password. Raises
        SettingsError, naming the variable.
        """
        env = Env()
        try:
            return cls._read(env, default_log_level, needs_database=needs_database)
        except EnvError as error:
            raise SettingsError(str(error)) from error

    def need_cloud(self) -> CloudSettings:
        """What machines share; raises SettingsError when they were read for another profile."""
        if self.cloud is None:
            raise SettingsError("these settings were read for another profile than aws")
        return self.cloud

    @property
    def may_face_others(self) -> bool:
        """Whether other machines may reach the service: they need a key, or need none by intent."""
        return self.allow_open or self.access.auth is AuthMode.KEYS

    def check_pepper(self) -> None:
        """For who makes or checks keys: raises SettingsError where machines share no pepper."""
        if self.profile is Profile.AWS:
            self.access.need_pepper()

    @classmethod
    def _read(cls, env: Env, default_log_level: str, *, needs_database: bool) -> Self:
        profile = env.enum("GRISTMILL_PROFILE", Profile.EMBEDDED, enum=Profile, by_value=True)
        pace = PACES[profile]
        timings = _timings(env, pace)
        return cls(
            profile=profile,
            cloud=_cloud(env, profile, needs_database=needs_database),
            data_dir=env.path("GRISTMILL_DATA_DIR", Path("gristmill-data")),
            host=env.str("GRISTMILL_HOST", "127.0.0.1"),
            port=env.int("GRISTMILL_PORT", 8000, validate=validate.Range(0, 65535)),
            allow_open=env.bool("GRISTMILL_ALLOW_OPEN", False),
            access=read_access(env),
            log_level=env.str(
                "GRISTMILL_LOG_LEVEL",
                default_log_level,
                validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]),
            ),
            upload_policy=upload_policy(env),
            upload_sessions=upload_session_policy(env),
            content=_content(env),
            retry_policy=_retry_policy(env),
            retention=_retention(env),
            collection=_collection(env),
            breaker_policy=_breaker_policy(env),
            timings=timings,
            # SQS hides a message for twelve hours in all: an attempt has to be over well before.
            attempt_limit=timedelta(
                seconds=_seconds(env, "GRISTMILL_ATTEMPT_SECONDS", 3600.0, between=(1, 39_600))
            ),
            sandbox=_sandbox(env),
            samples=read_samples(env),
            max_receives=env.int("GRISTMILL_MAX_RECEIVES", 3, validate=validate.Range(1, 1000)),
            long_poll_seconds=_seconds(
                env, "GRISTMILL_LONG_POLL_SECONDS", pace.long_poll, between=(0, 20)
            ),
            drain_seconds=_seconds(env, "GRISTMILL_DRAIN_SECONDS", pace.drain, between=(0, 25)),
            watchdog_seconds=timings.outlasted_by(
                _seconds(env, "GRISTMILL_WATCHDOG_SECONDS", 120.0, between=(100, 86_400))
            ),
            server_threads=env.int("GRISTMILL_SERVER_THREADS", 32, validate=validate.Range(4, 256)),
            worker_concurrency=env.int(
                "GRISTMILL_WORKER_CONCURRENCY", 2, validate=validate.Range(1, 64)
            ),
            worker_name=env.str("GRISTMILL_WORKER_NAME", f"{socket.gethostname()}-{os.getpid()}"),
        )


def _cloud(env: Env, profile: Profile, *, needs_database: bool) -> CloudSettings | None:
    if profile is not Profile.AWS:
        if _database_url(env) is not None:
            raise SettingsError(
                f"GRISTMILL_DATABASE_URL is set, but the {profile} profile has a database of its "
                "own; set GRISTMILL_PROFILE=aws to use that one"
            )
        return None
    database_url = _database_url(env) if needs_database else None
    if needs_database and database_url is None:
        raise SettingsError(
            "the aws profile needs GRISTMILL_DATABASE_URL (or GRISTMILL_DATABASE_URL_FILE), "
            "such as postgresql://gristmill@db.example.org/gristmill"
        )
    bucket = env.str("GRISTMILL_S3_BUCKET", "")
    if not bucket:
        raise SettingsError("the aws profile needs GRISTMILL_S3_BUCKET, the name of its bucket")
    return CloudSettings(
        database_url=database_url,
        # boto3 reads AWS_DEFAULT_REGION alone; every other tool of Amazon's reads this one too.
        region=env.str("AWS_REGION", None) or None,
        s3_bucket=bucket,
        s3_public_endpoint_url=env.str("GRISTMILL_S3_PUBLIC_ENDPOINT_URL", None) or None,
        topic=env.str("GRISTMILL_TOPIC", "file-processing"),
        events_topic=env.str("GRISTMILL_EVENTS_TOPIC", "file-events"),
        queue=env.str("GRISTMILL_QUEUE", "file-processing-queue"),
        dead_letter_queue=env.str("GRISTMILL_DEAD_LETTER_QUEUE", "file-processing-dlq"),
        undelivered_queue=env.str("GRISTMILL_UNDELIVERED_QUEUE", "file-processing-undelivered"),
    )


def _database_url(env: Env) -> str | None:
    return read_secret(env, "GRISTMILL_DATABASE_URL", file="GRISTMILL_DATABASE_URL_FILE")


def _retry_policy(env: Env) -> RetryPolicy:
    return RetryPolicy(
        strategy=env.enum(
            "GRISTMILL_BACKOFF_STRATEGY",
            BackoffStrategy.FULL_JITTER,
            enum=BackoffStrategy,
            by_value=True,
        ),
        base_seconds=_seconds(env, "GRISTMILL_BACKOFF_BASE_SECONDS", 30.0),
        cap_seconds=_seconds(env, "GRISTMILL_BACKOFF_CAP_SECONDS", 900.0),
        max_failures=env.int("GRISTMILL_MAX_FAILURES", 3, validate=validate.Range(1, 100)),
        max_starts=env.int("GRISTMILL_MAX_STARTS", 6, validate=validate.Range(1, 100)),
        max_unfinished=timedelta(
            # Four weeks are more than SQS keeps a message, and the reconciler sends another.
            hours=_seconds(env, "GRISTMILL_MAX_UNFINISHED_HOURS", 24.0, between=(1, 672))
        ),
    )


def _breaker_policy(env: Env) -> BreakerPolicy:
    return BreakerPolicy(
        errors=env.int("GRISTMILL_BREAKER_ERRORS", 5, validate=validate.Range(1, 1000)),
        window_seconds=_seconds(env, "GRISTMILL_BREAKER_WINDOW_SECONDS", 30.0, between=(1, 3600)),
        probe_seconds=_seconds(env, "GRISTMILL_BREAKER_PROBE_SECONDS", 5.0, between=(0.1, 3600)),
    )


def _retention(env: Env) -> RetentionPolicy:
    return RetentionPolicy(
        finished_files=_days(env, "GRISTMILL_RETENTION_DAYS"),
        tombstones=_days(env, "GRISTMILL_TOMBSTONE_DAYS", least=LEAST_TOMBSTONE_AGE.days),
        idempotency_keys=timedelta(
            days=env.int("GRISTMILL_IDEMPOTENCY_KEY_DAYS", 7, validate=validate.Range(1, 30))
        ),
    )


def _collection(env: Env) -> CollectionPolicy:
    period_hours = env.int("GRISTMILL_COLLECT_PERIOD_HOURS", 24, validate=validate.Range(0, 8784))
    min_age_hours = env.int("GRISTMILL_COLLECT_AFTER_HOURS", 24, validate=validate.Range(24, 8784))
    return CollectionPolicy(
        period=timedelta(hours=period_hours) if period_hours else None,
        min_age=timedelta(hours=min_age_hours),
    )


def _days(env: Env, variable: str, *, least: int = 1) -> timedelta | None:
    """So many days; None for 0, which is for ever."""
    days = env.int(variable, 0, validate=validate.Range(0, 36_500))
    if 0 < days < least:
        raise SettingsError(f"{variable} ({days}) must be 0, for ever, or at least {least}")
    return timedelta(days=days) if days else None


def _content(env: Env) -> ContentSettings:
    return ContentSettings(
        decompressed_bytes=_limit(env, "GRISTMILL_MAX_DECOMPRESSED_BYTES", 10 * 1024 * _MIB),
        result_bytes=_limit(env, "GRISTMILL_MAX_RESULT_BYTES", 1024 * _MIB),
        record_bytes=_limit(env, "GRISTMILL_MAX_RECORD_BYTES", 16 * _MIB),
        cell_bytes=_limit(env, "GRISTMILL_MAX_CELL_BYTES", _MIB),
        columns=_limit(env, "GRISTMILL_MAX_COLUMNS", 2000),
        # Python's own parser gives up not far beyond.
        json_depth=_limit(env, "GRISTMILL_MAX_JSON_DEPTH", 64, most=500),
    )


def _sandbox(env: Env) -> SandboxSettings:
    return SandboxSettings(
        memory_bytes=_limit(env, "GRISTMILL_SANDBOX_MEMORY_BYTES", 1024 * _MIB, least=64 * _MIB),
        cpu_seconds=_limit(env, "GRISTMILL_SANDBOX_CPU_SECONDS", 1800),
        scratch_bytes=_limit(env, "GRISTMILL_SANDBOX_SCRATCH_BYTES", 4096 * _MIB, least=_MIB),
    )


def _limit(
    env: Env, variable: str, default: int, *, least: int = 1, most: int = _MOST_BYTES
) -> int:
    return env.int(variable, default, validate=validate.Range(least, most))


def _timings(env: Env, pace: Pace) -> Timings:
    def seconds(variable: str, default: float) -> timedelta:
        return timedelta(seconds=_seconds(env, variable, default))

    return Timings(
        heartbeat=seconds("GRISTMILL_HEARTBEAT_SECONDS", pace.heartbeat),
        lease=seconds("GRISTMILL_LEASE_SECONDS", pace.lease),
        visibility=seconds("GRISTMILL_VISIBILITY_SECONDS", pace.visibility),
    )


def _seconds(
    env: Env, variable: str, default: float, *, between: tuple[float, float] | None = None
) -> float:
    """A number within `between`, or else above 0 and no more than a message can be hidden for."""
    least, most = between or (0, LONGEST_HIDDEN_SECONDS)
    allowed = validate.Range(least, most, min_inclusive=between is not None)
    return env.float(variable, default, validate=allowed)
