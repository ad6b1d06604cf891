"""Clients and queues of the emulator, and what a test sees of their calls."""

from collections.abc import Iterator
from threading import Lock
from typing import Any

import pytest

from adapters.aws.blueprint import ResourceNames
from adapters.aws.clients import AwsClients
from adapters.aws.provisioning import AwsProvisioner
from adapters.aws.s3_file_storage import S3FileStorage
from adapters.aws.sqs_message_queue import SqsMessageQueue
from adapters.memory.manual_clock import ManualClock
from tests.adapters.aws.provisioned import clients_by_tls, new_names
from tests.adapters.aws.sqs_steps import URL
from tests.contracts.aws_world import aws_storage, make_queue
from tests.emulated_aws import EmulatedAws


@pytest.fixture
def clients(emulated_aws: EmulatedAws) -> AwsClients:
    return emulated_aws.shared_clients


@pytest.fixture
def lonely_clients(emulated_aws: EmulatedAws) -> Iterator[AwsClients]:
    """Clients of their own, with nobody at the other end: for answers made by the test."""
    clients = emulated_aws.clients(endpoint_url="http://127.0.0.1:9")
    yield clients
    clients.close()


@pytest.fixture
def storage(clients: AwsClients) -> S3FileStorage:
    return aws_storage(clients)


class Calls(list[tuple[str, dict[str, Any]]]):
    """Operations in the order they were called, each with the request that was sent."""

    def note(self, model: Any, params: dict[str, Any], **_: object) -> None:
        self.append((model.name, params))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self]


@pytest.fixture
def calls(clients: AwsClients, storage: S3FileStorage) -> Iterator[Calls]:
    """Every call from now on to S3, SNS and SQS."""
    noted = Calls()
    everyone = (clients.s3, clients.sns, clients.sqs, clients.sqs_long_poll)
    for client in everyone:
        client.meta.events.register("before-call", noted.note, unique_id="calls")
    yield noted
    for client in everyone:
        client.meta.events.unregister("before-call", unique_id="calls")


@pytest.fixture(scope="session")
def tls_clients(emulated_aws: EmulatedAws) -> Iterator[AwsClients]:
    """Clients that take the emulator for a service with TLS, since that is what Amazon is."""
    clients = clients_by_tls(emulated_aws)
    yield clients
    clients.close()


@pytest.fixture
def names() -> ResourceNames:
    return new_names()


@pytest.fixture
def provisioner(tls_clients: AwsClients, names: ResourceNames) -> AwsProvisioner:
    return AwsProvisioner(tls_clients, names)


@pytest.fixture
def clock() -> ManualClock:
    """The clock that deletions wait by; visibility goes by real time here."""
    return ManualClock()


@pytest.fixture
def queue_url(clients: AwsClients) -> str:
    return make_queue(clients)


@pytest.fixture
def queue(clients: AwsClients, queue_url: str, clock: ManualClock) -> SqsMessageQueue:
    return SqsMessageQueue(clients, lambda: queue_url, clock=clock, guard=Lock())


@pytest.fixture
def lonely_queue(lonely_clients: AwsClients, clock: ManualClock) -> SqsMessageQueue:
    return SqsMessageQueue(lonely_clients, lambda: URL, clock=clock, guard=Lock())
