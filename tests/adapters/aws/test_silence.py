"""A service that takes what it is sent and answers nothing, or ever so slowly."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from adapters.aws import clients as clients_module
from adapters.aws import transfers
from adapters.aws.addresses import Addresses
from adapters.aws.clients import AwsClients
from adapters.aws.s3_file_storage import S3FileStorage
from adapters.aws.sns_event_publisher import SnsEventPublisher
from adapters.aws.sqs_messages import SqsMessages
from adapters.memory.manual_clock import ManualClock
from adapters.system.system_clock import SystemClock
from application.errors import DependencyError, StorageUnavailableError
from application.ports.outbox import OutboxRecord
from tests.builders import build_message
from tests.contracts.aws_world import aws_storage
from tests.emulated_aws import EmulatedAws
from tests.tcp_proxy import TcpProxy

KEY = "results/1/clean.csv"
MOST_SECONDS = 30.0
"""More than three tries and the pauses between them take on a busy machine."""


class RushingClock(ManualClock):
    """A clock by which every look takes forty seconds."""

    def monotonic(self) -> float:
        self.advance(40)
        return super().monotonic()


@pytest.fixture(scope="module")
def network(emulated_aws: EmulatedAws) -> Iterator[TcpProxy]:
    """The network between us and the emulator."""
    with TcpProxy(int(emulated_aws.endpoint_url.rpartition(":")[2])) as proxy:
        yield proxy


@pytest.fixture
def distant(
    emulated_aws: EmulatedAws, network: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AwsClients]:
    """Clients over that network, as impatient as a test is."""
    for deadline in ("STORAGE_READ_SECONDS", "MESSAGE_READ_SECONDS", "LONG_POLL_READ_SECONDS"):
        monkeypatch.setattr(clients_module, deadline, 1)
    clients = emulated_aws.clients(endpoint_url=network.url)
    yield clients
    clients.close()


@pytest.fixture
def bucket(clients: AwsClients) -> str:
    """A bucket with an object of 300,000 bytes at KEY."""
    storage = aws_storage(clients)
    with storage.create(KEY, media_type="text/csv") as writer:
        writer.write(bytes(300_000))
        writer.commit()
    return storage.bucket


def messages(clients: AwsClients) -> SqsMessages:
    url = f"{clients.sqs.meta.endpoint_url}/123456789012/queue"
    return SqsMessages(clients, lambda: url, visibility_seconds=30)


def storage(clients: AwsClients) -> S3FileStorage:
    return S3FileStorage(clients, "bucket", clock=SystemClock())


def publish(clients: AwsClients) -> object:
    arn = "arn:aws:sns:us-east-1:123456789012:topic"
    record = OutboxRecord(id=1, message=build_message(), tries=0)
    return SnsEventPublisher(clients, lambda _: arn).publish([record])


def store(clients: AwsClients) -> object:
    with storage(clients).create(KEY, media_type="text/csv") as writer:
        writer.write(b"content")
        return writer.commit()


CALLS: list[Callable[[AwsClients], object]] = [
    lambda clients: messages(clients).receive(limit=1, wait_seconds=0),
    lambda clients: messages(clients).receive(limit=1, wait_seconds=20),
    lambda clients: messages(clients).hide("receipt", seconds=1),
    lambda clients: messages(clients).delete_batch(["receipt"]),
    lambda clients: messages(clients).approximate_size(),
    lambda clients: Addresses(clients).queue_url("queue"),
    lambda clients: Addresses(clients).topic_arn("topic"),
    publish,
    store,
    lambda clients: list(storage(clients).open(KEY)),
    lambda clients: storage(clients).delete(KEY),
    lambda clients: storage(clients).delete_below("results/1"),
]


def test_no_call_waits_for_ever_for_an_answer(distant: AwsClients, network: TcpProxy) -> None:
    # All at once, since each of them takes its time.
    ended: list[object] = []

    def run(call: Callable[[AwsClients], object]) -> None:
        try:
            ended.append(call(distant))
        except DependencyError as error:
            ended.append(error)

    network.fall_silent()
    threads = [threading.Thread(target=run, args=(call,), daemon=True) for call in CALLS]
    for thread in threads:
        thread.start()
    ends_at = time.monotonic() + MOST_SECONDS
    for thread in threads:
        thread.join(max(0.0, ends_at - time.monotonic()))
    network.mend()

    assert len(ended) == len(CALLS)
    assert all(isinstance(end, DependencyError) for end in ended), ended


def test_content_that_comes_in_drips_is_given_up(
    distant: AwsClients, network: TcpProxy, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers, "TRANSFER_SECONDS", 1.0)
    chunks = S3FileStorage(distant, bucket, clock=SystemClock()).open(KEY)
    network.slow_down(bytes_per_second=5_000)

    with pytest.raises(StorageUnavailableError, match="too slowly"):
        list(chunks)

    network.mend()


def test_a_chunk_has_a_minute_and_the_next_one_another(clients: AwsClients, bucket: str) -> None:
    with pytest.raises(StorageUnavailableError, match="too slowly"):
        list(S3FileStorage(clients, bucket, clock=RushingClock()).open(KEY))

    clock = ManualClock()
    size = 0
    for chunk in S3FileStorage(clients, bucket, clock=clock).open(KEY):
        size += len(chunk)
        clock.advance(3600)  # whoever reads takes their time
    assert size == 300_000


def test_content_that_is_taken_in_drips_is_given_up(clients: AwsClients, bucket: str) -> None:
    storage = S3FileStorage(clients, bucket, clock=RushingClock())

    with storage.create("results/1/large.csv", media_type="text/csv") as writer:
        writer.write(bytes(1_000_000))
        with pytest.raises(StorageUnavailableError, match="no answer"):
            writer.commit()


def test_an_unhurried_storage_takes_large_parts_all_the_same() -> None:
    clock = ManualClock()
    outgoing = transfers.Outgoing(bytes(32 * 1024 * 1024), clock)

    clock.advance(239)
    assert outgoing.read(1)
    clock.advance(1)
    with pytest.raises(TimeoutError):
        outgoing.read(1)
