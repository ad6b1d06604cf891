"""Every setting of the service; nothing else reads the environment."""

import os
import socket
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Self

from environs import Env, EnvError, validate

from domain.retry_policy import BackoffStrategy, RetryPolicy
from domain.upload_policy import UploadPolicy


class SettingsError(Exception):
    """A setting is missing, malformed, or does not fit together with another."""


class Profile(StrEnum):
    """Which engines stand behind the ports."""

    EMBEDDED = "embedded"
    """SQLite and the local disk: one machine, nothing to install."""

    MEMORY = "memory"
    """Everything in this process and gone with it: for tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """How long a worker may hold a file, and how often it says that it is alive."""

    heartbeat: timedelta
    lease: timedelta
    visibility: timedelta

    def __post_init__(self) -> None:
        if not self.heartbeat < self.lease - self.margin < self.visibility:
            raise SettingsError(
                f"GRISTMILL_HEARTBEAT_SECONDS ({self.heartbeat.total_seconds():g}) must be less than "
                f"seven eighths of GRISTMILL_LEASE_SECONDS ({self.lease.total_seconds():g}), and "
                f"these less than GRISTMILL_VISIBILITY_SECONDS ({self.visibility.total_seconds():g})"
            )

    @property
    def margin(self) -> timedelta:
        """How long before the lease's end the work on it is stopped."""
        return self.lease / 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one process, checked."""

    profile: Profile
    data_dir: Path
    host: str
    port: int
    allow_open: bool
    log_level: str
    upload_policy: UploadPolicy
    retry_policy: RetryPolicy
    timings: Timings
    attempt_limit: timedelta
    max_receives: int
    long_poll_seconds: float
    drain_seconds: float
    server_threads: int
    worker_concurrency: int
    worker_name: str

    @classmethod
    def from_environment(cls) -> Self:
        """The settings that the `GRISTMILL_*` variables ask for, with their defaults.

        Raises SettingsError, naming the variable.
        """
        env = Env()
        try:
            return cls._read(env)
        except EnvError as error:
            raise SettingsError(str(error)) from error

    @classmethod
    def _read(cls, env: Env) -> Self:
        return cls(
            profile=env.enum("GRISTMILL_PROFILE", Profile.EMBEDDED, enum=Profile, by_value=True),
            data_dir=env.path("GRISTMILL_DATA_DIR", Path("gristmill-data")),
            host=env.str("GRISTMILL_HOST", "127.0.0.1"),
            port=env.int("GRISTMILL_PORT", 8000, validate=validate.Range(0, 65535)),
            allow_open=env.bool("GRISTMILL_ALLOW_OPEN", False),
            log_level=env.str(
                "GRISTMILL_LOG_LEVEL",
                "INFO",
                validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]),
            ),
            upload_policy=UploadPolicy(
                max_bytes=env.int(
                    "GRISTMILL_MAX_UPLOAD_BYTES", 10 * 1024 * 1024, validate=validate.Range(1)
                )
            ),
            retry_policy=_retry_policy(env),
            timings=_timings(env),
            attempt_limit=_attempt_limit(env),
            max_receives=env.int("GRISTMILL_MAX_RECEIVES", 3, validate=validate.Range(1, 1000)),
            long_poll_seconds=env.float(
                "GRISTMILL_LONG_POLL_SECONDS", 1.0, validate=validate.Range(0, 20)
            ),
            drain_seconds=env.float(
                "GRISTMILL_DRAIN_SECONDS", 10.0, validate=validate.Range(0, 25)
            ),
            server_threads=env.int("GRISTMILL_SERVER_THREADS", 32, validate=validate.Range(4, 256)),
            worker_concurrency=env.int(
                "GRISTMILL_WORKER_CONCURRENCY", 2, validate=validate.Range(1, 64)
            ),
            worker_name=env.str("GRISTMILL_WORKER_NAME", f"{socket.gethostname()}-{os.getpid()}"),
        )


def _retry_policy(env: Env) -> RetryPolicy:
    positive = validate.Range(0, min_inclusive=False)
    return RetryPolicy(
        strategy=env.enum(
            "GRISTMILL_BACKOFF_STRATEGY",
            BackoffStrategy.FULL_JITTER,
            enum=BackoffStrategy,
            by_value=True,
        ),
        base_seconds=env.float("GRISTMILL_BACKOFF_BASE_SECONDS", 30.0, validate=positive),
        # A message cannot be hidden for longer than SQS's twelve hours.
        cap_seconds=env.float(
            "GRISTMILL_BACKOFF_CAP_SECONDS", 900.0, validate=[positive, validate.Range(max=43_200)]
        ),
        max_failures=env.int("GRISTMILL_MAX_FAILURES", 3, validate=validate.Range(1, 100)),
    )


def _attempt_limit(env: Env) -> timedelta:
    # SQS hides a message for twelve hours in all: an attempt has to be over well before.
    seconds = env.float("GRISTMILL_ATTEMPT_SECONDS", 3600.0, validate=validate.Range(1, 39_600))
    return timedelta(seconds=seconds)


def _timings(env: Env) -> Timings:
    def seconds(variable: str, default: float) -> timedelta:
        return timedelta(
            seconds=env.float(variable, default, validate=validate.Range(0, min_inclusive=False))
        )

    return Timings(
        heartbeat=seconds("GRISTMILL_HEARTBEAT_SECONDS", 5),
        lease=seconds("GRISTMILL_LEASE_SECONDS", 20),
        visibility=seconds("GRISTMILL_VISIBILITY_SECONDS", 30),
    )
