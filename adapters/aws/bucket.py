"""The bucket as it should be."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from adapters.aws.blueprint import Place
from adapters.aws.bucket_settings import BucketSetting, bucket_settings
from adapters.aws.errors import code_of
from adapters.aws.refusals import Refusals
from adapters.aws.resource import MISSING, Resource
from application.errors import ConfigurationError

if TYPE_CHECKING:  # stubs, which only a developer has
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CreateBucketRequestTypeDef

# The one region that S3 refuses to be told of.
_UNNAMED_REGION = "us-east-1"
_LOOK_AGAIN_SECONDS = 2
_LOOKS = 15


class Bucket(Resource):
    """A private, encrypted bucket without versions, in the region and account of `place`."""

    kind = "bucket"

    def __init__(self, s3: "S3Client", name: str, place: Place) -> None:
        self.name = name
        self._s3 = s3
        self._place = place
        self._settings = bucket_settings(s3, name, place.bucket_arn(name))

    def differences(self, refusals: Refusals) -> tuple[str, ...]:
        if not self._exists():
            return (MISSING,)
        return tuple(setting.name for setting in self._wrong_settings(refusals))

    def put_right(self, differences: Sequence[str], refusals: Refusals) -> tuple[str, ...]:
        if MISSING in differences:
            self._create()
        done = []
        for setting in self._wrong_settings(refusals):
            with refusals.kept(), _again_while_in_conflict(self._s3):
                setting.put_right()
                done.append(setting.name)
        return (MISSING,) if MISSING in differences else tuple(done)

    def _exists(self) -> bool:
        try:
            # Whoever guesses the name first owns it; their bucket must not get our files.
            found = self._s3.head_bucket(Bucket=self.name, ExpectedBucketOwner=self._place.account)
        except ClientError as error:
            match code_of(error):
                case "404" | "NoSuchBucket":
                    return False
                case "403" | "AccessDenied":
                    raise self._not_ours("s3:ListBucket") from error
            raise
        region = found.get("BucketRegion") or self._place.region
        if region != self._place.region:
            raise ConfigurationError(
                "storage",
                f'the bucket "{self.name}" is in {region}, and AWS_REGION leads to'
                f" {self._place.region}: set it to {region}, or choose another name",
            )
        return True

    def _create(self) -> None:
        request: CreateBucketRequestTypeDef = {
            "Bucket": self.name,
            "ObjectOwnership": "BucketOwnerEnforced",
        }
        if self._place.region != _UNNAMED_REGION:
            request["CreateBucketConfiguration"] = {
                "LocationConstraint": self._place.region  # type: ignore[typeddict-item]  # any region, known to the stubs or not
            }
        try:
            self._s3.create_bucket(**request)
        except ClientError as error:
            match code_of(error):
                case "BucketAlreadyOwnedByYou":
                    return
                case "OperationAborted":
                    self._await_the_other_machine()
                case "BucketAlreadyExists":
                    raise self._not_ours("s3:CreateBucket") from error
                case _:
                    raise

    def _await_the_other_machine(self) -> None:
        """Two that make one bucket at once: S3 lets one of them, and turns the other away."""
        self._s3.get_waiter("bucket_exists").wait(
            Bucket=self.name,
            ExpectedBucketOwner=self._place.account,
            WaiterConfig={"Delay": _LOOK_AGAIN_SECONDS, "MaxAttempts": _LOOKS},
        )

    def _not_ours(self, action: str) -> ConfigurationError:
        return ConfigurationError(
            "storage",
            f'the bucket "{self.name}" belongs to another account, or these credentials may not'
            f" see it ({action}); choose another name (GRISTMILL_S3_BUCKET), or ask its owner",
        )

    def _wrong_settings(self, refusals: Refusals) -> list[BucketSetting]:
        wrong = []
        for setting in self._settings:
            with refusals.kept():
                if not setting.is_right():
                    wrong.append(setting)
        return wrong


@contextmanager
def _again_while_in_conflict(s3: "S3Client") -> Generator[None]:
    """Has calls repeated that S3 puts off for a moment after a bucket was made or changed.

    By boto3's own retries, which know nothing of that answer.
    """
    events: Any = s3.meta.events  # whose stubs know no hook that answers
    hook = _seconds_until_the_next_try
    events.register("needs-retry.s3", hook)
    try:
        yield
    finally:
        events.unregister("needs-retry.s3", hook)


def _seconds_until_the_next_try(
    attempts: int, response: tuple[object, Mapping[str, Any]] | None = None, **_: object
) -> int | None:
    """None when the call is not to be repeated, as boto3 asks for it."""
    if response is None or attempts > _LOOKS:
        return None
    is_in_conflict = response[1].get("Error", {}).get("Code") == "OperationAborted"
    return _LOOK_AGAIN_SECONDS if is_in_conflict else None
