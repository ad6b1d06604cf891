"""The world of storage, topics and queues at Amazon, played by an emulator."""

import json
from datetime import timedelta
from threading import Lock

from moto.s3.models import s3_backends

from adapters.aws.clients import AwsClients
from adapters.aws.s3_file_storage import S3FileStorage
from adapters.aws.sns_event_publisher import SnsEventPublisher
from adapters.aws.sqs_dead_letter_queue import SqsDeadLetterQueue
from adapters.aws.sqs_message_queue import SqsMessageQueue
from adapters.memory.api_keys import MemoryApiKeys
from adapters.memory.collection_log import MemoryCollectionLog
from adapters.memory.database import MemoryDatabase
from adapters.memory.manual_clock import ManualClock
from adapters.memory.unit_of_work import MemoryUnitOfWorkFactory
from adapters.system.system_clock import SystemClock
from application.ports.message_queue import HiddenMessages
from application.ports.outbox import Topic
from tests.contracts.worlds import (
    MAX_RECEIVES,
    VISIBILITY_SECONDS,
    CountingBell,
    ObservedEvents,
    World,
)
from tests.emulated_aws import EmulatedAws, unique_name

PORTS_OF_THIS_WORLD = {"test_message_queue", "test_dead_letter_queue", "test_event_publisher"}
"""The contracts that this world is for; the others would run on its in-memory database."""

_REAL_POLL = "a long poll takes the emulator's real time; see tests/adapters/aws"
_NO_REVEAL = "SQS cannot show what dead receivers had hidden"
OMITTED = {
    "test_waiting_in_vain_takes_its_time_and_no_longer": _REAL_POLL,
    "test_a_message_that_falls_due_while_waiting_is_delivered": _REAL_POLL,
    "test_received_messages_are_visible_at_once": _NO_REVEAL,
    "test_only_what_a_dead_receiver_held_is_visible_at_once": _NO_REVEAL,
    "test_a_message_belongs_to_its_last_receiver": _NO_REVEAL,
    "test_revealing_leaves_the_receipts_of_the_living_alone": _NO_REVEAL,
    "test_nothing_hidden_is_nothing_to_reveal": _NO_REVEAL,
    "test_dead_letters_stay_hidden": _NO_REVEAL,
    "test_two_consumers_never_share_a_delivery": "the emulator's receive is not safe for threads",
    "test_a_stale_receipt_changes_no_visibility": "the emulator lets stale receipts do it",
    "test_a_stale_receipt_hides_nothing_and_is_no_error": "the emulator lets stale receipts do it",
}
"""The contracts' tests that cannot run on it, by name, each with the reason."""


class NothingRevealed(HiddenMessages):
    """Stands where SQS has nothing."""

    def reveal(self, owner: str | None = None) -> int:
        """Never called: whoever needs it, is not for this world."""
        raise NotImplementedError


def aws_world(emulator: EmulatedAws) -> World:
    """A world of new queues and topics, whose messages' visibility goes by its clock."""
    clock, bell, observed = ManualClock(), CountingBell(), ObservedEvents()
    emulator.follow(clock)
    clients = emulator.shared_clients
    dead_letter_url = make_queue(clients)
    queue_url = make_queue(clients, dead_letters=dead_letter_url)
    queue = SqsMessageQueue(
        clients,
        lambda: queue_url,
        clock=clock,
        guard=Lock(),
        visibility_seconds=VISIBILITY_SECONDS,
    )

    return World(
        clock=clock,
        units_of_work=MemoryUnitOfWorkFactory(
            MemoryDatabase(), clock, observer=observed, bell=bell
        ),
        observed=observed,
        bell=bell,
        queue=queue,
        queue_of=lambda _: queue,
        dead_letter_queue=SqsDeadLetterQueue(clients, lambda: dead_letter_url),
        hidden_messages=NothingRevealed(),
        publisher=SnsEventPublisher(
            clients,
            {
                Topic.FILE_PROCESSING: make_topic(clients, subscriber=queue_url),
                Topic.FILE_EVENTS: make_topic(clients),
            }.__getitem__,
        ),
        storage=aws_storage(clients),
        collections=MemoryCollectionLog(),
        api_keys=MemoryApiKeys(),
        close=lambda: emulator.follow(None),
    )


def aws_storage(clients: AwsClients) -> S3FileStorage:
    """A storage on a new bucket."""
    bucket = unique_name("bucket")
    clients.s3.create_bucket(Bucket=bucket)
    return S3FileStorage(clients, bucket, clock=SystemClock())


def make_s3_object_older(bucket: str, key: str, by: timedelta) -> None:
    """Lets the emulator have got the object so much earlier; nothing in S3's language could."""
    [stored] = [
        backends["aws"].buckets[bucket].keys[key]
        for backends in s3_backends.values()
        if bucket in backends["aws"].buckets
    ]
    stored.last_modified -= by


def make_queue(clients: AwsClients, *, dead_letters: str | None = None) -> str:
    """The URL of a new queue, with a redrive policy when `dead_letters` is a queue's URL."""
    queue_url = clients.sqs.create_queue(QueueName=unique_name("queue"))["QueueUrl"]
    if dead_letters is not None:
        policy = {
            "deadLetterTargetArn": queue_arn(clients, dead_letters),
            "maxReceiveCount": MAX_RECEIVES,
        }
        clients.sqs.set_queue_attributes(
            QueueUrl=queue_url, Attributes={"RedrivePolicy": json.dumps(policy)}
        )
    return queue_url


def make_topic(clients: AwsClients, *, subscriber: str | None = None, is_raw: bool = True) -> str:
    """The ARN of a new topic, which sends to the queue whose URL is `subscriber`."""
    topic_arn = clients.sns.create_topic(Name=unique_name("topic"))["TopicArn"]
    if subscriber is not None:
        clients.sns.subscribe(
            TopicArn=topic_arn,
            Protocol="sqs",
            Endpoint=queue_arn(clients, subscriber),
            Attributes={"RawMessageDelivery": str(is_raw).lower()},
        )
    return topic_arn


def queue_arn(clients: AwsClients, queue_url: str) -> str:
    """The ARN of the queue at that URL."""
    answer = clients.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    return answer["Attributes"]["QueueArn"]
