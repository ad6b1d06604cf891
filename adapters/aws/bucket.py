"""The bucket as it should be."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from adapters.aws.blueprint import Place
from adapters.aws.bucket_settings import BucketSetting, bucket_settings
from adapters.aws.errors import code_of
from adapters.aws.resource import MISSING, Resource
from application.errors import ConfigurationError

if TYPE_CHECKING:  # stubs, which only a developer has
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CreateBucketRequestTypeDef

# The one region that S3 refuses to be told of.
_UNNAMED_REGION = "us-east-1"


class Bucket(Resource):
    """A private, encrypted bucket without versions, in the region and account of `place`."""

    kind = "bucket"

    def __init__(self, s3: "S3Client", name: str, place: Place) -> None:
        self.name = name
        self._s3 = s3
        self._place = place
        self._settings = bucket_settings(s3, name, place.bucket_arn(name))

    def differences(self) -> tuple[str, ...]:
        if not self._exists():
            return (MISSING,)
        return tuple(setting.name for setting in self._wrong_settings())

    def put_right(self, differences: Sequence[str]) -> None:
        if MISSING in differences:
            self._create()
        for setting in self._wrong_settings():
            setting.put_right()

    def _exists(self) -> bool:
        try:
            # Whoever guesses the name first owns it; their bucket must not get our files.
            self._s3.head_bucket(Bucket=self.name, ExpectedBucketOwner=self._place.account)
        except ClientError as error:
            match code_of(error):
                case "404" | "NoSuchBucket":
                    return False
                case "403" | "AccessDenied":
                    raise ConfigurationError(
                        "storage",
                        f'the bucket "{self.name}" belongs to another account, or these'
                        " credentials may not see it (s3:ListBucket)",
                    ) from error
            raise
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
        # Another machine may be doing the same.
        with suppress(self._s3.exceptions.BucketAlreadyOwnedByYou):
            self._s3.create_bucket(**request)

    def _wrong_settings(self) -> list[BucketSetting]:
        return [setting for setting in self._settings if not setting.is_right()]
