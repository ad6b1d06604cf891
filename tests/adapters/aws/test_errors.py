import inspect
import string
from collections.abc import Callable

import pytest
import urllib3.exceptions
from botocore import exceptions as boto
from botocore.exceptions import BotoCoreError, ClientError
from botocore.stub import Stubber

from adapters.aws.clients import AwsClients
from adapters.aws.errors import Meaning, code_of, meaning_of, queue_errors, storage_errors
from adapters.aws.s3_file_storage import S3FileStorage
from adapters.system.system_clock import SystemClock
from application.errors import (
    ApplicationError,
    ConfigurationError,
    ContentChangedError,
    ContentNotFoundError,
    QueueUnavailableError,
    StorageUnavailableError,
)
from tests.contracts.steps import put, read
from tests.emulated_aws import EmulatedAws

KEY = "uploads/1/people.csv"

# What is neither a wrong set-up nor a bug: everything that has to do with a connection.
TRANSIENT = {
    "AwsChunkedWrapperError",
    "CapacityNotAvailableError",
    "ChecksumError",
    "ConnectTimeoutError",
    "ConnectionClosedError",
    "ConnectionError",
    "EndpointConnectionError",
    "FlexibleChecksumError",
    "HTTPClientError",
    "IncompleteReadError",
    "MetadataRetrievalError",
    "ProxyConnectionError",
    "ReadTimeoutError",
    "ResponseStreamingError",
    "SSLError",
}
BUGS = {
    "AliasConflictParameterError",
    "ApiVersionNotFoundError",
    "BotoCoreError",
    "DataNotFoundError",
    "InvalidExpressionError",
    "MissingParametersError",
    "OperationNotPageableError",
    "PaginationError",
    "ParamValidationError",
    "RangeError",
    "StubAssertionError",
    "StubResponseError",
    "UnStubbedResponseError",
    "UnknownClientMethodError",
    "UnknownKeyError",
    "UnknownParameterError",
    "UnknownServiceError",
    "UnknownServiceStyle",
    "UnknownSignatureVersionError",
    "UnseekableStreamError",
    "UnsupportedOutpostResourceError",
    "UnsupportedS3ControlArnError",
    "UnsupportedS3ControlConfigurationError",
    "UnsupportedServiceProtocolsError",
    "UnsupportedSignatureVersionError",
    "ValidationError",
    "WaiterConfigError",
    "WaiterError",
}


def botocore_errors() -> list[type[BotoCoreError]]:
    return sorted(
        {
            kind
            for _, kind in inspect.getmembers(boto, inspect.isclass)
            if issubclass(kind, BotoCoreError)
        },
        key=lambda kind: kind.__name__,
    )


def made(kind: type[BotoCoreError]) -> BotoCoreError:
    """An error of that class, with the arguments that its text has room for."""
    fields = {name for _, name, _, _ in string.Formatter().parse(kind.fmt) if name}
    arguments = dict.fromkeys(fields | {"operation_name", "reason", "last_response"}, "x")
    if kind is boto.WaiterError:
        return kind("name", "reason", {})
    return kind(**arguments)


def client_error(code: str, status: int = 400, operation: str = "GetObject") -> ClientError:
    response = {
        "Error": {"Code": code, "Message": "arn:aws:iam::123456789012:user/x may not"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, operation)  # type: ignore[arg-type]


def raising(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def of_storage(error: Exception) -> ApplicationError:
    with pytest.raises(ApplicationError) as caught, storage_errors(KEY):
        raising(error)()
    assert caught.value.__cause__ is error
    return caught.value


def of_queue(error: Exception) -> ApplicationError:
    with pytest.raises(ApplicationError) as caught, queue_errors():
        raising(error)()
    assert caught.value.__cause__ is error
    return caught.value


class TestBotocoreErrors:
    @pytest.mark.parametrize("kind", botocore_errors(), ids=lambda kind: kind.__name__)
    def test_each_class_is_an_operators_or_times_or_ours_to_mend(
        self, kind: type[BotoCoreError]
    ) -> None:
        name = kind.__name__

        meaning = meaning_of(made(kind))

        if name in TRANSIENT:
            assert meaning is Meaning.UNAVAILABLE
        elif name in BUGS:
            assert meaning is Meaning.BUG
        else:
            assert meaning is Meaning.MISCONFIGURED

    def test_a_broken_stream_that_botocore_does_not_wrap_is_transient(self) -> None:
        error = urllib3.exceptions.SSLError("bad record mac")

        assert isinstance(of_storage(error), StorageUnavailableError)

    @pytest.mark.parametrize("errors", [storage_errors, queue_errors])
    def test_a_bug_goes_on_as_it_is(self, errors: Callable[[], object]) -> None:
        error = boto.ParamValidationError(report="Missing required parameter")

        with pytest.raises(boto.ParamValidationError), errors():  # type: ignore[attr-defined]
            raise error


class TestServiceErrors:
    @pytest.mark.parametrize(
        ("code", "status"),
        [
            ("AccessDenied", 403),
            ("AllAccessDisabled", 403),
            ("InvalidAccessKeyId", 403),
            ("SignatureDoesNotMatch", 403),
            ("ExpiredToken", 400),
            ("NoSuchBucket", 404),
            ("PermanentRedirect", 301),
            ("AuthorizationHeaderMalformed", 400),
            ("RequestTimeTooSkewed", 403),
            ("KMS.DisabledException", 400),
            ("SomethingNewAboutAccess", 403),
            ("", 403),
        ],
    )
    def test_storage_that_refuses_is_an_operators_to_mend(self, code: str, status: int) -> None:
        translated = of_storage(client_error(code, status))

        assert isinstance(translated, ConfigurationError)
        assert translated.dependency == "storage"

    @pytest.mark.parametrize(
        ("code", "status"),
        [
            ("SlowDown", 503),
            ("InternalError", 500),
            ("ServiceUnavailable", 503),
            ("RequestTimeout", 400),
            ("BadDigest", 400),
            ("OperationAborted", 409),
            ("NoSuchUpload", 404),
            ("ThrottlingException", 400),
            ("SomethingNew", 400),
            ("", 502),
        ],
    )
    def test_storage_that_is_in_trouble_is_tried_again(self, code: str, status: int) -> None:
        assert type(of_storage(client_error(code, status))) is StorageUnavailableError

    @pytest.mark.parametrize(
        ("code", "status", "expected"),
        [
            ("NoSuchKey", 404, ContentNotFoundError),
            ("PreconditionFailed", 412, ContentChangedError),
            ("412", 412, ContentChangedError),
        ],
    )
    def test_content_that_is_missing_or_changed_is_named(
        self, code: str, status: int, expected: type[ContentNotFoundError | ContentChangedError]
    ) -> None:
        translated = of_storage(client_error(code, status))

        assert isinstance(translated, expected)
        assert translated.key == KEY

    @pytest.mark.parametrize(
        ("code", "status"),
        [
            ("AccessDenied", 403),
            ("AccessDeniedException", 400),
            ("AuthorizationError", 403),
            ("InvalidClientTokenId", 403),
            ("UnrecognizedClientException", 400),
            ("AWS.SimpleQueueService.NonExistentQueue", 400),
            ("QueueDoesNotExist", 400),
            ("NotFound", 404),
            ("KMSDisabled", 400),
            ("KmsAccessDenied", 400),
            ("InvalidSecurity", 403),
        ],
    )
    def test_a_queue_that_refuses_is_an_operators_to_mend(self, code: str, status: int) -> None:
        translated = of_queue(client_error(code, status))

        assert isinstance(translated, ConfigurationError)
        assert translated.dependency == "queue"

    @pytest.mark.parametrize(
        ("code", "status"),
        [
            ("Throttled", 429),
            ("RequestThrottled", 403),
            ("KMSThrottling", 400),
            ("KmsThrottled", 400),
            ("OverLimit", 403),
            ("InternalFailure", 500),
            ("ServiceUnavailable", 503),
            ("SomethingNew", 400),
        ],
    )
    def test_a_queue_that_is_in_trouble_is_tried_again(self, code: str, status: int) -> None:
        assert isinstance(of_queue(client_error(code, status)), QueueUnavailableError)

    @pytest.mark.parametrize(
        ("code", "plain"),
        [
            ("AWS.SimpleQueueService.NonExistentQueue", "NonExistentQueue"),
            ("ThrottlingException", "Throttling"),
            ("NoSuchKey", "NoSuchKey"),
        ],
    )
    def test_a_code_is_read_without_what_is_put_around_it(self, code: str, plain: str) -> None:
        assert code_of(client_error(code)) == plain

    def test_the_reason_names_call_and_code_and_no_account(self) -> None:
        translated = of_storage(client_error("AccessDenied", 403))

        assert str(translated) == "storage: GetObject was answered with AccessDenied"


class TestRealErrors:
    def test_nobody_at_the_other_end(self, lonely_clients: AwsClients) -> None:
        with pytest.raises(StorageUnavailableError) as caught:
            read(S3FileStorage(lonely_clients, "bucket", clock=SystemClock()), KEY)

        assert caught.value.reason == "no answer: EndpointConnectionError"

    def test_no_such_bucket(self, clients: AwsClients) -> None:
        with pytest.raises(ConfigurationError, match="NoSuchBucket"):
            put(S3FileStorage(clients, "nobodys-bucket", clock=SystemClock()), KEY, b"content")

    def test_no_credentials(
        self, emulated_aws: EmulatedAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")

        with pytest.raises(ConfigurationError, match="Credentials"):
            put(
                S3FileStorage(emulated_aws.clients(), "bucket", clock=SystemClock()),
                KEY,
                b"content",
            )

    def test_no_region(self, emulated_aws: EmulatedAws) -> None:
        with pytest.raises(ConfigurationError, match="NoRegionError"), queue_errors():
            emulated_aws.clients(region=None).sqs.list_queues()

    def test_an_answer_of_the_service(self, lonely_clients: AwsClients) -> None:
        with Stubber(lonely_clients.s3) as stub:
            stub.add_client_error("get_object", "SlowDown", http_status_code=503)

            with pytest.raises(StorageUnavailableError, match="GetObject was answered with Slow"):
                read(S3FileStorage(lonely_clients, "bucket", clock=SystemClock()), KEY)
