"""Answers that no service of Amazon's gives: of a proxy, a portal, or a half of one."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from adapters.aws.addresses import Addresses
from adapters.aws.clients import AwsClients
from adapters.aws.s3_file_storage import S3FileStorage
from adapters.aws.sns_event_publisher import SnsEventPublisher
from adapters.aws.sqs_messages import SqsMessages
from adapters.system.system_clock import SystemClock
from application.errors import DependencyError, QueueUnavailableError, StorageUnavailableError
from application.ports.outbox import OutboxRecord
from tests.builders import build_message
from tests.emulated_aws import EmulatedAws

JSON = "application/x-amz-json-1.0"
ARN = "arn:aws:sns:us-east-1:123456789012:topic"


class Babbler(ThreadingHTTPServer):
    """Answers everything with `body`, as a success."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.body = b""
        self.media_type = "text/html"
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Babbler

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Type", self.server.media_type)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    do_PUT = do_POST  # noqa: N815 - the base class calls it so

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def babbler() -> Iterator[Babbler]:
    with Babbler() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def clients(babbler: Babbler, emulated_aws: EmulatedAws) -> Iterator[AwsClients]:
    clients = emulated_aws.clients(endpoint_url=babbler.url)
    yield clients
    clients.close()


def messages(clients: AwsClients) -> SqsMessages:
    return SqsMessages(
        clients, lambda: f"{clients.sqs.meta.endpoint_url}/1/q", visibility_seconds=30
    )


def receive(clients: AwsClients) -> object:
    return messages(clients).receive(limit=10, wait_seconds=0)


def size(clients: AwsClients) -> object:
    return messages(clients).approximate_size()


def find_queue(clients: AwsClients) -> object:
    return Addresses(clients).queue_url("queue")


def find_topic(clients: AwsClients) -> object:
    return Addresses(clients).topic_arn("topic")


def publish(clients: AwsClients) -> object:
    record = OutboxRecord(id=1, message=build_message(), tries=0)
    return SnsEventPublisher(clients, lambda _: ARN).publish([record])


def store(clients: AwsClients) -> object:
    with S3FileStorage(clients, "bucket", clock=SystemClock()).create(
        "a/b", media_type="text/csv"
    ) as writer:
        writer.write(b"content")
        return writer.commit()


HTML, NOTHING, HALF, LIST, BINARY = b"<html>Log in", b"", b"{", b"[1]", b"\xff\xfe"
CASES: list[tuple[Callable[[AwsClients], object], list[bytes]]] = [
    (receive, [LIST, BINARY, b'{"Messages": [{}]}', b'{"Messages": [{"Body": null}]}']),
    (size, [HTML, NOTHING, HALF, LIST, BINARY, b'{"Attributes": {}}']),
    (find_queue, [HTML, NOTHING, HALF, LIST, BINARY]),
    (find_topic, [HTML, NOTHING, HALF, LIST, BINARY]),
    (publish, [HTML, NOTHING, HALF, LIST, BINARY, b"<html>whole</html>"]),
    (store, [b"<html>whole</html>", NOTHING]),
]


@pytest.mark.parametrize(("ask", "body"), [(ask, body) for ask, bodies in CASES for body in bodies])
def test_an_answer_of_somebody_else_is_none(
    clients: AwsClients, babbler: Babbler, ask: Callable[[AwsClients], object], body: bytes
) -> None:
    babbler.body, babbler.media_type = body, "text/html" if b"<" in body else JSON

    with pytest.raises(DependencyError) as caught:
        ask(clients)

    expected = StorageUnavailableError if ask is store else QueueUnavailableError
    assert type(caught.value) is expected
    assert caught.value.reason == "an answer that is not the service's"


def test_our_own_mistake_is_no_outage(clients: AwsClients) -> None:
    with pytest.raises(ValueError, match="not a key"):
        S3FileStorage(clients, "bucket", clock=SystemClock()).delete("../etc")
