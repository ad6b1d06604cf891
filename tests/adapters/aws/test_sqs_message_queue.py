"""What is received from SQS: how long it waits, and what is in the envelopes."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest
from botocore.stub import Stubber

from adapters.aws.clients import AwsClients
from adapters.aws.sns_event_publisher import SnsEventPublisher
from adapters.aws.sqs_dead_letter_queue import SqsDeadLetterQueue
from adapters.aws.sqs_message_queue import SqsMessageQueue
from adapters.aws.sqs_messages import unwrapped
from adapters.memory.manual_clock import ManualClock
from application.errors import ConfigurationError
from application.ports.outbox import OutboxRecord
from tests.adapters.aws.sqs_steps import URL, receive, send
from tests.builders import build_message
from tests.contracts.aws_world import make_queue, make_topic
from tests.contracts.worlds import MAX_RECEIVES


class TestReceiving:
    def test_a_queue_that_is_not_there_is_an_operators_to_mend(
        self, clients: AwsClients, clock: ManualClock
    ) -> None:
        queue = SqsMessageQueue(clients, lambda: f"{URL}-of-nobody", clock=clock, guard=Lock())

        with pytest.raises(ConfigurationError, match="ReceiveMessage"):
            receive(queue)

    def test_waiting_asks_for_whole_seconds_and_at_most_twenty(
        self, lonely_clients: AwsClients, lonely_queue: SqsMessageQueue
    ) -> None:
        for wait_seconds, asked in ((0.2, 1), (20.0, 20), (60.0, 20)):
            with Stubber(lonely_clients.sqs_long_poll) as stub:
                stub.add_response(
                    "receive_message",
                    {},
                    {
                        "QueueUrl": URL,
                        "MaxNumberOfMessages": 3,
                        "WaitTimeSeconds": asked,
                        "VisibilityTimeout": 300,
                        "MessageSystemAttributeNames": ["ApproximateReceiveCount"],
                    },
                )

                assert list(lonely_queue.receive(limit=3, wait_seconds=wait_seconds)) == []

    def test_a_message_that_falls_due_while_waiting_is_delivered(
        self, clients: AwsClients, queue: SqsMessageQueue, queue_url: str
    ) -> None:
        send(clients, queue_url, "1")
        [first] = receive(queue)
        queue.change_visibility(first, seconds=1)

        [again] = queue.receive(limit=1, wait_seconds=20)

        assert again.message_id == first.message_id
        assert again.receive_count == 2

    def test_waiting_in_vain_ends(self, queue: SqsMessageQueue) -> None:
        assert list(queue.receive(limit=1, wait_seconds=1)) == []

    def test_many_consumers_miss_no_message(
        self, clients: AwsClients, queue: SqsMessageQueue, queue_url: str
    ) -> None:
        bodies = {str(number) for number in range(40)}
        send(clients, queue_url, *bodies)

        def consume(_: int) -> set[str]:
            taken: set[str] = set()
            while batch := receive(queue, limit=3):
                for each in batch:
                    queue.delete(each)
                    taken.add(each.body)
            return taken

        with ThreadPoolExecutor(4) as pool:
            taken = set[str]().union(*pool.map(consume, range(4)))

        assert taken == bodies
        assert queue.approximate_size() == 0


class TestEnvelopes:
    def test_a_message_that_was_not_sent_raw_is_unwrapped(
        self, clients: AwsClients, queue: SqsMessageQueue, queue_url: str
    ) -> None:
        topic_arn = make_topic(clients, subscriber=queue_url, is_raw=False)
        record = OutboxRecord(id=1, message=build_message(body='{"fileId": "ü"}'), tries=0)

        SnsEventPublisher(clients, lambda _: topic_arn).publish([record])

        assert [each.body for each in receive(queue)] == ['{"fileId": "ü"}']

    def test_a_dead_letter_that_was_not_sent_raw_is_unwrapped(self, clients: AwsClients) -> None:
        dead_letter_url = make_queue(clients)
        queue_url = make_queue(clients, dead_letters=dead_letter_url)
        queue = SqsMessageQueue(
            clients, lambda: queue_url, clock=ManualClock(), guard=Lock(), visibility_seconds=0
        )
        topic_arn = make_topic(clients, subscriber=queue_url, is_raw=False)
        record = OutboxRecord(id=1, message=build_message(body='{"fileId": "ü"}'), tries=0)
        SnsEventPublisher(clients, lambda _: topic_arn).publish([record])

        for _ in range(MAX_RECEIVES + 1):
            receive(queue)

        [letter] = SqsDeadLetterQueue(clients, lambda: dead_letter_url).receive(limit=10)
        assert letter.body == '{"fileId": "ü"}'

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "not JSON",
            "[1]",
            '{"fileId": "1"}',
            json.dumps({"Type": "SubscriptionConfirmation", "TopicArn": "t", "Message": "m"}),
            json.dumps({"Type": "Notification", "Message": "of some other system"}),
            json.dumps({"Type": "Notification", "TopicArn": "t", "Message": {"a": 1}}),
            "[" * 100_000,
        ],
    )
    def test_whatever_else_comes_is_handed_on_as_it_is(self, body: str) -> None:
        assert unwrapped(body) == body
