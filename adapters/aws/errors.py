"""What boto3's errors mean: the only reader of Amazon's error codes.

Whoever uploads may read an error's reason, so it names the call and the code, and neither
accounts nor addresses; the service's own words are in the error that it comes from.
"""

from collections.abc import Generator
from contextlib import contextmanager
from enum import Enum, auto

from botocore import exceptions as boto
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError

from adapters.aws.answers import UnusableAnswerError
from application.errors import (
    ApplicationError,
    ConfigurationError,
    ContentChangedError,
    ContentNotFoundError,
    DependencyError,
    QueueUnavailableError,
    StorageUnavailableError,
)


class Meaning(Enum):
    """What an error says about the call."""

    UNAVAILABLE = auto()
    """It may succeed later."""

    MISCONFIGURED = auto()
    """It will succeed when an operator has mended access, names, keys or the network."""

    MISSING = auto()
    """There is no such object."""

    CHANGED = auto()
    """The object is not the one that was meant."""

    PAST_THE_END = auto()
    """The object is shorter than the range."""

    STALE = auto()
    """The message is gone, or somebody else's by now."""

    BUG = auto()
    """We asked for what cannot be asked for."""


# Without the prefix and the suffix that the services put around the same word.
_MISCONFIGURED_CODES = """
    AccessDenied AllAccessDisabled AccountProblem NotSignedUp OptInRequired AuthorizationError
    AuthFailure InvalidAccessKeyId InvalidClientTokenId UnrecognizedClient SignatureDoesNotMatch
    IncompleteSignature InvalidSignature MissingAuthenticationToken MissingSecurityHeader
    ExpiredToken InvalidToken TokenRefreshRequired RequestExpired RequestTimeTooSkewed
    InvalidSecurity AuthorizationHeaderMalformed AuthorizationQueryParametersError
    NoSuchBucket InvalidBucketName PermanentRedirect TemporaryRedirect
    IllegalLocationConstraint InvalidLocationConstraint
    QueueDoesNotExist NonExistentQueue InvalidAddress UnsupportedOperation
    NotFound ResourceNotFound InvalidObjectState
    KMS.Disabled KMS.AccessDenied KMS.NotFound KMS.InvalidState KMS.InvalidKeyUsage
    KMS.KMSInvalidState KMSDisabled KMSAccessDenied KMSNotFound KMSInvalidState KMSOptInRequired
    KmsDisabled KmsAccessDenied KmsNotFound KmsInvalidState KmsInvalidKeyUsage KmsOptInRequired
    """
_BUSY_CODES = "RequestThrottled Throttling Throttled RequestLimitExceeded OverLimit SlowDown"
_MEANING_OF_CODE = {
    **dict.fromkeys(_MISCONFIGURED_CODES.split(), Meaning.MISCONFIGURED),
    "NoSuchKey": Meaning.MISSING,
    "NoSuchVersion": Meaning.MISSING,
    "PreconditionFailed": Meaning.CHANGED,
    "InvalidRange": Meaning.PAST_THE_END,
    "ReceiptHandleIsInvalid": Meaning.STALE,
    "MessageNotInflight": Meaning.STALE,
    # SQS's word for a receipt of a message that is gone or no longer hidden, and for a message
    # that was hidden for 12 hours in all.
    "InvalidParameterValue": Meaning.STALE,
    # Some come with the status of a refusal.
    **dict.fromkeys(_BUSY_CODES.split(), Meaning.UNAVAILABLE),
    # The upload was given up by the bucket's lifecycle rule, or is complete: begin anew.
    "NoSuchUpload": Meaning.UNAVAILABLE,
}
# Where the code is unknown, or there is none because the answer had no body.
_MEANING_OF_STATUS = {
    301: Meaning.MISCONFIGURED,
    401: Meaning.MISCONFIGURED,
    403: Meaning.MISCONFIGURED,
    412: Meaning.CHANGED,
    416: Meaning.PAST_THE_END,
}
_MISCONFIGURED = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.UnknownCredentialError,
    boto.NoAuthTokenError,
    boto.TokenRetrievalError,
    boto.UnknownTokenProviderError,
    boto.SSOError,
    boto.LoginError,
    boto.RefreshWithMFAUnsupportedError,
    boto.ProfileNotFound,
    boto.ConfigNotFound,
    boto.ConfigParseError,
    boto.InvalidConfigError,
    boto.BaseEndpointResolverError,
    boto.EndpointProviderError,
    boto.InvalidEndpointConfigurationError,
    boto.InvalidHostLabelError,
    boto.InvalidDNSNameError,
    boto.InvalidRegionError,
    boto.UnknownRegionError,
    boto.ServiceNotInRegionError,
    boto.InvalidRetryConfigurationError,
    boto.InvalidProxiesConfigError,
    boto.InvalidDefaultsMode,
    boto.InvalidChecksumConfigError,
    boto.InvalidS3AddressingStyleError,
    boto.InvalidS3UsEast1RegionalEndpointConfigError,
    boto.InvalidSTSRegionalEndpointsConfigError,
    boto.InvalidIMDSEndpointError,
    boto.InvalidIMDSEndpointModeError,
    boto.InvalidEndpointDiscoveryConfigurationError,
    boto.UnsupportedS3ArnError,
    boto.UnsupportedS3ConfigurationError,
    boto.UnsupportedS3AccesspointConfigurationError,
    boto.MissingDependencyException,
    boto.MD5UnavailableError,
)
_TRANSIENT = (
    boto.ConnectionError,
    boto.HTTPClientError,
    boto.ChecksumError,
    boto.FlexibleChecksumError,
    boto.AwsChunkedWrapperError,
    boto.IncompleteReadError,
    boto.MetadataRetrievalError,
    boto.CapacityNotAvailableError,
    HTTPError,
    TimeoutError,  # ours, of content that is sent too slowly
    UnusableAnswerError,
)
# With Python's own, of which some are botocore's: see _is_of_credentials, _is_of_an_answer.
_ERRORS = (
    *(ClientError, BotoCoreError, HTTPError, ResponseParserError, UnusableAnswerError),
    *(RuntimeError, TimeoutError, LookupError, TypeError, ValueError, AttributeError),
)


def meaning_of(error: Exception) -> Meaning:
    """What an error of boto3 says about the call that raised it."""
    if isinstance(error, ClientError):
        # An unknown refusal is not a file's fault, and a file has a day of patience with us.
        by_status = _MEANING_OF_STATUS.get(_status_of(error), Meaning.UNAVAILABLE)
        return _MEANING_OF_CODE.get(code_of(error), by_status)
    if isinstance(error, _MISCONFIGURED) or _is_of_credentials(error):
        return Meaning.MISCONFIGURED
    is_transient = isinstance(error, _TRANSIENT) or _is_of_an_answer(error)
    return Meaning.UNAVAILABLE if is_transient else Meaning.BUG


def code_of(error: ClientError) -> str:
    """The service's code, without what is put around it here and there."""
    return _plain(str(error.response.get("Error", {}).get("Code", "")))


def is_stale(code: str) -> bool:
    """True when a code for one message of a batch says that it is gone, or somebody else's."""
    return _MEANING_OF_CODE.get(_plain(code)) is Meaning.STALE


def is_upload_over(error: ClientError) -> bool:
    """True when S3 knows no such multipart upload: it was completed, or aborted by somebody."""
    return code_of(error) == "NoSuchUpload"


@contextmanager
def storage_errors(key: str | None = None) -> Generator[None]:
    """Raises storage's errors for boto3's; about the object at `key`, if it names one."""
    try:
        yield
    except _ERRORS as error:
        translated = _storage_error(error, key)
        if translated is None:
            raise
        raise translated from error


@contextmanager
def queue_errors() -> Generator[None]:
    """Raises the errors of queue and publisher for boto3's."""
    try:
        yield
    except _ERRORS as error:
        match meaning_of(error):
            case Meaning.BUG:
                raise
            case Meaning.MISCONFIGURED:
                raise ConfigurationError("queue", _reason(error)) from error
            case _:
                raise QueueUnavailableError(_reason(error)) from error


@contextmanager
def stale_receipts_are_no_error() -> Generator[None]:
    """Lets pass what a service says of a message that is gone or somebody else's by now."""
    try:
        yield
    except ClientError as error:
        if meaning_of(error) is not Meaning.STALE:
            raise


def storage_refusal(operation: str, code: str) -> DependencyError:
    """What it means that S3 carried out a call, and refused one object of it with `code`."""
    reason = f"{operation} was answered with {code} for an object"
    if _MEANING_OF_CODE.get(_plain(code)) is Meaning.MISCONFIGURED:
        return ConfigurationError("storage", reason)
    return StorageUnavailableError(reason)


def _plain(code: str) -> str:
    return code.removeprefix("AWS.SimpleQueueService.").removesuffix("Exception")


def _storage_error(error: Exception, key: str | None) -> ApplicationError | None:
    """None for a bug, which goes on as it is."""
    match meaning_of(error):
        case Meaning.BUG:
            return None
        case Meaning.MISCONFIGURED:
            return ConfigurationError("storage", _reason(error))
        case Meaning.MISSING if key is not None:
            return ContentNotFoundError(key)
        case Meaning.CHANGED if key is not None:
            return ContentChangedError(key)
        case _:
            return StorageUnavailableError(_reason(error))


def _is_of_credentials(error: Exception) -> bool:
    """True for what botocore has no class for: credentials that were renewed and are expired."""
    return isinstance(error, RuntimeError) and _origin(error) == "botocore.credentials"


def _is_of_an_answer(error: Exception) -> bool:
    """True for what botocore's parser stumbles over, which it does not always say: no answer of
    the service's, but of somebody's in between.
    """
    return _origin(error) == "botocore.parsers"


def _origin(error: Exception) -> str | None:
    """The module that raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return None if trace is None else str(trace.tb_frame.f_globals["__name__"])


def _reason(error: Exception) -> str:
    if _is_of_credentials(error):
        return "no answer: the credentials were renewed, and have expired all the same"
    if isinstance(error, ClientError):
        return f"{error.operation_name} was answered with {code_of(error) or _status_of(error)}"
    if isinstance(error, UnusableAnswerError) or _is_of_an_answer(error):
        return "an answer that is not the service's"
    return f"no answer: {type(error).__name__}"


def _status_of(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
