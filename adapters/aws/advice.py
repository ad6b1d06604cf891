"""What an operator can do about an error of boto3, in plain words."""

from collections.abc import Generator
from contextlib import contextmanager
from types import MappingProxyType

from botocore import exceptions as boto
from botocore.exceptions import BotoCoreError, ClientError

from adapters.aws.actions import action_of
from adapters.aws.errors import code_of
from application.errors import QueueUnavailableError, StorageUnavailableError

CHECK_THE_WAY = "check AWS_REGION, AWS_ENDPOINT_URL and the network"
_NO_CREDENTIALS = (
    "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role hands"
    " out credentials"
)
_UNKNOWN_KEY = "there is no such access key: check AWS_ACCESS_KEY_ID or AWS_PROFILE"
_EXPIRED = "the credentials have expired: get new ones"
_WRONG_CLOCK = "set this machine's clock"
_NOT_THERE = "run `gristmill provision`, or check the names in the settings"
_OTHER_REGION = "set AWS_REGION to the region that the bucket is in"
_ADVICE_ON_CODE = MappingProxyType(
    {
        "InvalidClientTokenId": _UNKNOWN_KEY,
        "InvalidAccessKeyId": _UNKNOWN_KEY,
        "UnrecognizedClient": _UNKNOWN_KEY,
        "SignatureDoesNotMatch": "the secret is not the access key's: check AWS_SECRET_ACCESS_KEY",
        "ExpiredToken": _EXPIRED,
        "TokenRefreshRequired": _EXPIRED,
        "RequestTimeTooSkewed": _WRONG_CLOCK,
        "RequestExpired": _WRONG_CLOCK,
        "NoSuchBucket": _NOT_THERE,
        "NotFound": _NOT_THERE,
        "404": _NOT_THERE,
        "QueueDoesNotExist": _NOT_THERE,
        "NonExistentQueue": _NOT_THERE,
        "PermanentRedirect": _OTHER_REGION,
        "AuthorizationHeaderMalformed": _OTHER_REGION,
    }
)
_ADVICE_ON_KIND = MappingProxyType(
    {
        boto.NoCredentialsError: _NO_CREDENTIALS,
        boto.PartialCredentialsError: _NO_CREDENTIALS,
        boto.ProfileNotFound: "AWS_PROFILE names a profile that the configuration files lack",
        boto.NoRegionError: "set AWS_REGION",
        boto.ParamValidationError: "check the names in the settings",
        boto.ConnectionError: CHECK_THE_WAY,
        boto.HTTPClientError: CHECK_THE_WAY,
    }
)
_NOT_ALLOWED = frozenset({"AccessDenied", "AuthorizationError", "AllAccessDisabled", "403"})


def advice(error: BaseException) -> str:
    """What to do about the error, or about the one of boto3 that it was raised from."""
    match error if isinstance(error, ClientError | BotoCoreError) else error.__cause__:
        case ClientError() as refusal if is_not_allowed(refusal):
            return (
                f"these credentials need {action_of(refusal.operation_name)};"
                " docker/aws/template.yaml has roles that suffice"
            )
        case ClientError() as refusal:
            return _ADVICE_ON_CODE.get(code_of(refusal), "try again; if it stays, ask AWS")
        case BotoCoreError() as failure:
            kinds = (text for kind, text in _ADVICE_ON_KIND.items() if isinstance(failure, kind))
            return next(kinds, CHECK_THE_WAY)
    return CHECK_THE_WAY


@contextmanager
def advised() -> Generator[None]:
    """Adds what to do to the error of a service that does not answer."""
    try:
        yield
    except (QueueUnavailableError, StorageUnavailableError) as error:
        raise type(error)(f"{error.reason}; {advice(error)}") from error


def is_not_allowed(error: ClientError) -> bool:
    """True when whoever asks lacks a permission, whether or not the thing exists."""
    return code_of(error) in _NOT_ALLOWED
