"""The messages of one queue of SQS: its calls, in the terms of our ports."""

import json
from collections.abc import Callable, Sequence
from math import ceil
from typing import TYPE_CHECKING

from adapters.aws.answers import reading_the_answer
from adapters.aws.clients import AwsClients
from adapters.aws.errors import queue_errors, stale_receipts_are_no_error
from application.ports.message_queue import Delivery

if TYPE_CHECKING:  # stubs, which only a developer has
    from mypy_boto3_sqs.literals import QueueAttributeNameType
    from mypy_boto3_sqs.type_defs import BatchResultErrorEntryTypeDef, MessageTypeDef

MOST_MESSAGES = 10
LONGEST_WAIT_SECONDS = 20
_SIZES: "Sequence[QueueAttributeNameType]" = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


class SqsMessages:
    """Receives, hides and deletes the messages of one queue.

    `queue_url` tells where it is, each time that it is needed; it may raise what all of it may.
    """

    def __init__(
        self, clients: AwsClients, queue_url: Callable[[], str], *, visibility_seconds: int
    ) -> None:
        self._clients = clients
        self._queue_url = queue_url
        self._visibility_seconds = visibility_seconds

    def receive(self, *, limit: int, wait_seconds: float) -> list[Delivery]:
        """At most `limit` deliveries; waits whole seconds, at most 20, for the first."""
        with queue_errors():
            client = self._clients.sqs_long_poll if wait_seconds > 0 else self._clients.sqs
            answer = client.receive_message(
                QueueUrl=self._queue_url(),
                MaxNumberOfMessages=min(limit, MOST_MESSAGES),
                WaitTimeSeconds=min(ceil(wait_seconds), LONGEST_WAIT_SECONDS),
                VisibilityTimeout=self._visibility_seconds,
                MessageSystemAttributeNames=["ApproximateReceiveCount"],
            )
            with reading_the_answer():
                return [_delivery(message) for message in answer.get("Messages", [])]

    def hide(self, receipt: str, *, seconds: int) -> None:
        """Makes the message invisible for `seconds` from now, unless the receipt is stale."""
        with queue_errors(), stale_receipts_are_no_error():
            self._clients.sqs.change_message_visibility(
                QueueUrl=self._queue_url(), ReceiptHandle=receipt, VisibilityTimeout=seconds
            )

    def delete(self, receipt: str) -> None:
        """Removes one message, unless the receipt is stale."""
        with queue_errors(), stale_receipts_are_no_error():
            self._clients.sqs.delete_message(QueueUrl=self._queue_url(), ReceiptHandle=receipt)

    def delete_batch(self, receipts: Sequence[str]) -> "dict[str, BatchResultErrorEntryTypeDef]":
        """Removes at most ten messages; what SQS says of those that it did not, by receipt."""
        with queue_errors():
            answer = self._clients.sqs.delete_message_batch(
                QueueUrl=self._queue_url(),
                Entries=[
                    {"Id": str(number), "ReceiptHandle": receipt}
                    for number, receipt in enumerate(receipts)
                ],
            )
        return {receipts[int(failed["Id"])]: failed for failed in answer.get("Failed", [])}

    def approximate_size(self) -> int:
        """About how many messages there are: visible, hidden and delayed."""
        with queue_errors():
            answer = self._clients.sqs.get_queue_attributes(
                QueueUrl=self._queue_url(), AttributeNames=_SIZES
            )
            with reading_the_answer():
                return sum(int(answer["Attributes"][name]) for name in _SIZES)


def unwrapped(body: str) -> str:
    """The message that was published, whether or not the subscription delivers it raw."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):  # the latter of brackets in brackets in brackets
        return body
    if not isinstance(envelope, dict) or envelope.get("Type") != "Notification":
        return body
    message = envelope.get("Message")
    return message if isinstance(message, str) and "TopicArn" in envelope else body


def _delivery(message: "MessageTypeDef") -> Delivery:
    return Delivery(
        message_id=message["MessageId"],
        receipt=message["ReceiptHandle"],
        body=unwrapped(message["Body"]),
        receive_count=int(message["Attributes"]["ApproximateReceiveCount"]),
    )
