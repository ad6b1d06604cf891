"""Credentials that are renewed and have expired all the same: the clock or the agent is wrong."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from adapters.aws.addresses import Addresses
from adapters.aws.clients import AwsClients
from adapters.aws.errors import queue_errors, storage_errors
from adapters.aws.s3_file_storage import S3FileStorage
from adapters.system.system_clock import SystemClock
from application.errors import ConfigurationError
from tests.contracts.aws_world import aws_storage, make_queue
from tests.contracts.steps import put
from tests.emulated_aws import EmulatedAws

KEY = "uploads/1/people.csv"


class Agent(HTTPServer):
    """Hands out credentials that expire `lifetime` from now, as an agent of a container does."""

    lifetime = timedelta(hours=-1)


class Answer(BaseHTTPRequestHandler):
    """One answer of the agent."""

    def do_GET(self) -> None:
        assert isinstance(self.server, Agent)
        expires_at = datetime.now(UTC) + self.server.lifetime
        body = json.dumps(
            {
                "AccessKeyId": "temporary",
                "SecretAccessKey": "temporary",
                "Token": "temporary",
                "Expiration": expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def agent(clients: AwsClients, monkeypatch: pytest.MonkeyPatch) -> Iterator[Agent]:
    """The only place where credentials are looked for."""
    # The others have theirs already, to prepare what is needed.
    assert all((clients.s3, clients.sqs))
    with Agent(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
        address = f"http://127.0.0.1:{server.server_port}/"
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", address)
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def container_clients(emulated_aws: EmulatedAws, agent: Agent) -> Iterator[AwsClients]:
    clients = emulated_aws.clients()
    yield clients
    clients.close()


def refused_then_given(use: Callable[[], object], agent: Agent) -> object:
    """What `use` gives once the credentials are good, after it was refused for those before."""
    with pytest.raises(ConfigurationError, match="have expired all the same") as caught:
        use()
    assert caught.value.retryable
    agent.lifetime = timedelta(hours=1)
    return use()


def test_the_storage_is_not_at_fault_nor_is_the_file(
    clients: AwsClients, container_clients: AwsClients, agent: Agent
) -> None:
    storage = S3FileStorage(container_clients, aws_storage(clients).bucket, clock=SystemClock())

    assert refused_then_given(lambda: put(storage, KEY, b"id\n1\n"), agent)


def test_a_queue_is_found_when_they_are_good(
    clients: AwsClients, container_clients: AwsClients, agent: Agent
) -> None:
    queue_url = make_queue(clients)
    addresses = Addresses(container_clients)

    found = refused_then_given(lambda: addresses.queue_url(queue_url.rpartition("/")[2]), agent)

    assert found == queue_url


@pytest.mark.parametrize("translated", [storage_errors, queue_errors])
def test_a_defect_of_that_class_stays_one(translated: Callable[[], object]) -> None:
    with pytest.raises(RuntimeError, match="of ours"), translated():  # type: ignore[attr-defined]  # both give a context manager
        raise RuntimeError("a defect of ours")
