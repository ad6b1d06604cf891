"""The settings of how much may be submitted at once."""

from datetime import timedelta

from environs import Env, validate

from domain.upload_policy import LONGEST_UPLOAD, UploadPolicy
from domain.upload_session import UploadSessionPolicy

_GIB = 1024 * 1024 * 1024
# S3 takes no larger object.
_MOST_BYTES = 5 * 1024 * _GIB
_LONGEST_SECONDS = int(LONGEST_UPLOAD.total_seconds())


def upload_policy(env: Env) -> UploadPolicy:
    """The limits of an upload in one request."""
    return UploadPolicy(
        max_bytes=env.int(
            "GRISTMILL_MAX_UPLOAD_BYTES", 10 * 1024 * 1024, validate=validate.Range(1)
        ),
        max_duration=timedelta(
            seconds=env.int(
                "GRISTMILL_MAX_UPLOAD_SECONDS", 3600, validate=validate.Range(1, _LONGEST_SECONDS)
            )
        ),
    )


def upload_session_policy(env: Env) -> UploadSessionPolicy:
    """The limits of uploads in parts."""
    return UploadSessionPolicy(
        max_bytes=env.int(
            "GRISTMILL_MAX_SESSION_BYTES", 5 * _GIB, validate=validate.Range(1, _MOST_BYTES)
        ),
        max_open=env.int("GRISTMILL_MAX_OPEN_UPLOADS", 100, validate=validate.Range(1, 1_000_000)),
    )
