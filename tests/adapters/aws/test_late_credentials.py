"""A process that started before its credentials were there works as soon as they are."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock

import pytest

from adapters.aws.addresses import Addresses
from adapters.aws.blueprint import Redelivery, ResourceNames
from adapters.aws.clients import AwsClients
from adapters.aws.identity import place_of
from adapters.aws.provisioning import resources
from adapters.aws.s3_direct_downloads import S3DirectDownloads
from adapters.aws.s3_file_storage import S3FileStorage
from adapters.aws.sns_event_publisher import SnsEventPublisher
from adapters.aws.sqs_message_queue import SqsMessageQueue
from adapters.memory.manual_clock import ManualClock
from adapters.system.system_clock import SystemClock
from application.errors import ConfigurationError
from application.ports.outbox import OutboxRecord
from tests.adapters.aws.provisioned import PLACE
from tests.builders import build_message
from tests.contracts.aws_world import aws_storage, make_queue, make_topic
from tests.contracts.steps import put
from tests.emulated_aws import EmulatedAws

KEY = "uploads/1/people.csv"


@pytest.fixture
def credentials_file(clients: AwsClients, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place where credentials are looked for; it is not there yet."""
    # The others have theirs already, to prepare what is needed.
    assert all((clients.s3, clients.sns, clients.sqs))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    path = tmp_path / "credentials"
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(path))
    return path


@pytest.fixture
def late_clients(emulated_aws: EmulatedAws) -> Iterator[AwsClients]:
    clients = emulated_aws.clients()
    yield clients
    clients.close()


def link(clients: AwsClients, *, public_endpoint_url: str | None) -> Callable[[], str]:
    downloads = S3DirectDownloads(clients, "bucket", public_endpoint_url=public_endpoint_url)
    return lambda: downloads.link(
        KEY, file_name="people.csv", media_type="text/csv", expires_in_seconds=60
    )


class TestCredentialsThatComeLater:
    """Each ability is tried without credentials, then with them, by the same clients."""

    def late(self, use: Callable[[], object], credentials_file: Path) -> object:
        """What `use` gives once there are credentials, after it was refused without."""
        for _ in range(2):
            with pytest.raises(ConfigurationError, match="NoCredentialsError") as caught:
                use()
            assert caught.value.retryable
        credentials_file.write_text(
            "[default]\naws_access_key_id = late\naws_secret_access_key = late\n"
        )
        return use()

    def test_content_is_stored(
        self, clients: AwsClients, late_clients: AwsClients, credentials_file: Path
    ) -> None:
        storage = S3FileStorage(late_clients, aws_storage(clients).bucket, clock=SystemClock())

        assert self.late(lambda: put(storage, KEY, b"id\n1\n"), credentials_file)

    @pytest.mark.parametrize("public_endpoint_url", [None, "https://files.example.org"])
    def test_links_are_signed(
        self, late_clients: AwsClients, credentials_file: Path, public_endpoint_url: str | None
    ) -> None:
        sign = link(late_clients, public_endpoint_url=public_endpoint_url)

        assert "X-Amz-Credential=late%2F" in str(self.late(sign, credentials_file))

    def test_messages_are_published(
        self, clients: AwsClients, late_clients: AwsClients, credentials_file: Path
    ) -> None:
        topic_arn = make_topic(clients)
        publisher = SnsEventPublisher(late_clients, lambda _: topic_arn)
        record = OutboxRecord(id=1, message=build_message(), tries=0)

        assert self.late(lambda: publisher.publish([record]), credentials_file) == {}

    @pytest.mark.parametrize("wait_seconds", [0, 1])
    def test_messages_are_received(
        self,
        clients: AwsClients,
        late_clients: AwsClients,
        credentials_file: Path,
        wait_seconds: float,
    ) -> None:
        queue_url = make_queue(clients)
        clients.sqs.send_message(QueueUrl=queue_url, MessageBody="1")
        queue = SqsMessageQueue(late_clients, lambda: queue_url, clock=ManualClock(), guard=Lock())

        received = self.late(
            lambda: [it.body for it in queue.receive(limit=1, wait_seconds=wait_seconds)],
            credentials_file,
        )

        assert received == ["1"]

    def test_topics_and_queues_are_found(
        self, clients: AwsClients, late_clients: AwsClients, credentials_file: Path
    ) -> None:
        queue_url = make_queue(clients)
        addresses = Addresses(late_clients)
        name = queue_url.rpartition("/")[2]

        assert self.late(lambda: addresses.queue_url(name), credentials_file) == queue_url
        assert addresses.topic_arn("work").endswith(":work")

    def test_whose_they_are_is_told(self, late_clients: AwsClients, credentials_file: Path) -> None:
        assert self.late(lambda: place_of(late_clients), credentials_file) == PLACE

    def test_resources_are_compared(
        self, late_clients: AwsClients, credentials_file: Path, names: ResourceNames
    ) -> None:
        def look() -> int:
            return len(resources(late_clients, names, Redelivery(), PLACE))

        assert self.late(look, credentials_file) == 7
