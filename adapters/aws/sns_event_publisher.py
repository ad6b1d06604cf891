"""Publishing to topics of SNS."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from adapters.aws.clients import AwsClients
from adapters.aws.errors import queue_errors
from application.errors import DependencyError
from application.ports.event_publisher import EventPublisher
from application.ports.outbox import OutboxRecord, OutgoingMessage, Topic

if TYPE_CHECKING:  # stubs, which only a developer has
    from mypy_boto3_sns.type_defs import (
        MessageAttributeValueTypeDef,
        PublishBatchRequestEntryTypeDef,
        PublishBatchResponseTypeDef,
    )

# For one message with its attributes, and for all of a batch together.
MOST_BYTES = 256 * 1024
MOST_MESSAGES = 10


class SnsEventPublisher(EventPublisher):
    """Publishes to the topic that `topic_arn` locates for each Topic, and may raise what we may.

    Attributes are sent as String: SQS cannot deliver some others raw.
    """

    def __init__(self, clients: AwsClients, topic_arn: Callable[[Topic], str]) -> None:
        self._clients = clients
        self._topic_arn = topic_arn

    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        failures = {
            record.id: f"{size_bytes(record.message)} bytes are more than {MOST_BYTES}"
            for record in records
            if size_bytes(record.message) > MOST_BYTES
        }
        batches = list(_batches([record for record in records if record.id not in failures]))
        unanswered: dict[Topic, DependencyError] = {}
        is_any_answered = False
        for batch in batches:
            topic = batch[0].message.topic
            # One that gave no answer gives none to its other batches: each would wait as long.
            if topic not in unanswered:
                try:
                    failures |= self._publish_batch(batch)
                    is_any_answered = True
                except DependencyError as error:
                    unanswered[topic] = error
            if topic in unanswered:
                failures |= {record.id: str(unanswered[topic]) for record in batch}
        if unanswered and not is_any_answered:
            raise next(iter(unanswered.values()))
        return failures

    def _publish_batch(self, batch: Sequence[OutboxRecord]) -> Mapping[int, str]:
        with queue_errors():
            answer = self._clients.sns.publish_batch(
                TopicArn=self._topic_arn(batch[0].message.topic),
                PublishBatchRequestEntries=[_entry(record) for record in batch],
            )
        return _failures(batch, answer)


def size_bytes(message: OutgoingMessage) -> int:
    """How much of SNS's limit the message takes."""
    texts = [message.body]
    for name, value in message.attributes:
        texts += [name, "String", value]
    return sum(len(text.encode()) for text in texts)


def _batches(records: Sequence[OutboxRecord]) -> Iterator[list[OutboxRecord]]:
    """The records in groups that SNS takes in one call: of one topic, few and small enough."""

    def topic(record: OutboxRecord) -> Topic:
        return record.message.topic

    for _, group in groupby(sorted(records, key=topic), key=topic):
        batch: list[OutboxRecord] = []
        left_bytes = MOST_BYTES
        for record in group:
            if len(batch) == MOST_MESSAGES or size_bytes(record.message) > left_bytes:
                yield batch
                batch, left_bytes = [], MOST_BYTES
            batch.append(record)
            left_bytes -= size_bytes(record.message)
        yield batch


def _entry(record: OutboxRecord) -> "PublishBatchRequestEntryTypeDef":
    attributes: dict[str, MessageAttributeValueTypeDef] = {
        name: {"DataType": "String", "StringValue": value}
        for name, value in record.message.attributes
        if value  # SNS refuses an empty one
    }
    return {
        "Id": str(record.id),
        "Message": record.message.body,
        "MessageAttributes": attributes,
    }


def _failures(
    batch: Sequence[OutboxRecord], answer: "PublishBatchResponseTypeDef"
) -> Mapping[int, str]:
    """The reason for each record that SNS did not say it accepted."""
    accepted = {entry.get("Id") for entry in answer.get("Successful", [])}
    reasons = {entry["Id"]: entry["Code"] for entry in answer.get("Failed", [])}
    return {
        record.id: reasons.get(str(record.id), "not in the answer")
        for record in batch
        if str(record.id) not in accepted
    }
