"""One kind of process on Amazon: its clients, with each call noted, behind the service's ports."""

from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Any

from adapters.aws.actions import action_of
from adapters.aws.addresses import Addresses
from adapters.aws.blueprint import ResourceNames
from adapters.aws.clients import AwsClients
from adapters.aws.s3_direct_downloads import S3DirectDownloads
from adapters.aws.s3_direct_uploads import S3DirectUploads
from adapters.aws.s3_file_storage import S3FileStorage
from adapters.aws.sns_event_publisher import SnsEventPublisher
from adapters.aws.sqs_dead_letter_queue import SqsDeadLetterQueue
from adapters.aws.sqs_message_queue import SqsMessageQueue
from adapters.system.system_clock import SystemClock
from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.event_publisher import EventPublisher
from application.ports.file_storage import FileStorage
from application.ports.message_queue import MessageQueue
from application.ports.outbox import Topic
from tests.adapters.aws.provisioned import ACCOUNT
from tests.emulated_aws import REGION
from tests.in_memory_container import InMemoryService

Call = tuple[str, str]
"""An action of IAM's, and the ARN that it was for."""


@dataclass
class Role:
    """What processes of this role called, by the names of one installation."""

    clients: AwsClients
    names: ResourceNames
    calls: set[Call] = field(default_factory=set)
    operations: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        clients = self.clients
        for client in (clients.s3, clients.sns, clients.sqs, clients.sqs_long_poll):
            # Before a link is signed, too, for which nobody is called.
            client.meta.events.register("provide-client-params", self._note)

    @property
    def storage(self) -> S3FileStorage:
        """The bucket."""
        return S3FileStorage(self.clients, self.names.bucket, clock=SystemClock())

    @property
    def links(self) -> S3DirectDownloads:
        """Links to what is in the bucket."""
        return S3DirectDownloads(self.clients, self.names.bucket)

    @property
    def publisher(self) -> SnsEventPublisher:
        """Both topics."""
        addresses = Addresses(self.clients)
        topics = {
            Topic.FILE_PROCESSING: self.names.topic,
            Topic.FILE_EVENTS: self.names.events_topic,
        }
        return SnsEventPublisher(self.clients, lambda topic: addresses.topic_arn(topics[topic]))

    def dead_letters_url(self) -> str:
        """Where the dead letters are, asked for in this role."""
        return Addresses(self.clients).queue_url(self.names.dead_letter_queue)

    def take_over(self, service: InMemoryService) -> None:
        """Lets the service's use cases call Amazon in this role from now on."""
        addresses = Addresses(self.clients)
        queue = SqsMessageQueue(
            self.clients,
            partial(addresses.queue_url, self.names.queue),
            clock=service.clock,
            guard=Lock(),
        )
        dead_letters = SqsDeadLetterQueue(
            self.clients, partial(addresses.queue_url, self.names.dead_letter_queue)
        )
        ports: dict[type, object] = {
            FileStorage: self.storage,
            EventPublisher: self.publisher,
            MessageQueue: queue,
            DeadLetterQueue: dead_letters,
        }
        for port, adapter in ports.items():
            service.container.register(port, instance=adapter)
        service.send_parts_to(S3DirectUploads(self.clients, self.names.bucket))

    def _note(self, params: dict[str, Any], model: Any, **_: object) -> None:
        self.operations.add(model.name)
        self.calls.update((action_of(model.name), arn) for arn in _resources(params))


def _resources(params: dict[str, Any]) -> list[str]:
    match params:
        case {"Bucket": bucket, "Key": key}:
            return [f"arn:aws:s3:::{bucket}/{key}"]
        case {"Bucket": bucket, "Delete": {"Objects": objects}}:
            return [f"arn:aws:s3:::{bucket}/{it['Key']}" for it in objects]
        case {"Bucket": bucket}:
            return [f"arn:aws:s3:::{bucket}"]
        case {"TopicArn": arn}:
            return [str(arn)]
        case {"QueueUrl": place} | {"QueueName": place}:
            return [f"arn:aws:sqs:{REGION}:{ACCOUNT}:{place.rpartition('/')[2]}"]
    raise AssertionError(f"what are these for: {sorted(params)}?")
