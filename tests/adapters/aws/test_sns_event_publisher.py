import json
from collections.abc import Sequence
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from adapters.aws.clients import AwsClients
from adapters.aws.sns_event_publisher import MOST_BYTES, SnsEventPublisher, size_bytes
from application.errors import ConfigurationError, QueueUnavailableError
from application.ports.outbox import OutboxRecord, Topic
from tests.adapters.aws.conftest import Calls
from tests.builders import build_message
from tests.contracts.aws_world import make_queue, make_topic

ARNS = {topic: f"arn:aws:sns:us-east-1:123456789012:{topic}" for topic in Topic}


def records(*messages: dict[str, Any]) -> Sequence[OutboxRecord]:
    return [
        OutboxRecord(id=number, message=build_message(**changes), tries=0)
        for number, changes in enumerate(messages, start=1)
    ]


def accepted(*ids: int) -> dict[str, Any]:
    return {"Successful": [{"Id": str(number), "MessageId": "m"} for number in ids], "Failed": []}


def to_topic(clients: AwsClients, arn: str) -> SnsEventPublisher:
    return SnsEventPublisher(clients, lambda _: arn)


class TestSnsEventPublisher:
    def test_ten_messages_of_a_topic_share_one_call(
        self, clients: AwsClients, calls: Calls
    ) -> None:
        publisher = to_topic(clients, make_topic(clients))
        calls.clear()

        publisher.publish(records(*({} for _ in range(10))))

        assert calls.names == ["PublishBatch"]

    def test_each_topic_gets_its_own_call(self, clients: AwsClients, calls: Calls) -> None:
        publisher = SnsEventPublisher(
            clients, {topic: make_topic(clients) for topic in Topic}.__getitem__
        )
        calls.clear()

        failures = publisher.publish(
            records({}, {"topic": Topic.FILE_EVENTS}, {}, {"topic": Topic.FILE_EVENTS})
        )

        assert failures == {}
        assert calls.names == ["PublishBatch", "PublishBatch"]

    def test_attributes_arrive_as_strings_and_empty_ones_stay_away(
        self, clients: AwsClients
    ) -> None:
        queue_url = make_queue(clients)
        topic_arn = make_topic(clients, subscriber=queue_url)
        publisher = to_topic(clients, topic_arn)

        publisher.publish(records({"attributes": (("tenant", "bakery"), ("traceparent", ""))}))

        [message] = clients.sqs.receive_message(QueueUrl=queue_url, MessageAttributeNames=["All"])[
            "Messages"
        ]
        assert message["MessageAttributes"] == {
            "tenant": {"DataType": "String", "StringValue": "bakery"}
        }

    def test_an_entry_that_failed_is_named_with_its_reason(
        self, lonely_clients: AwsClients
    ) -> None:
        answer = accepted(1) | {
            "Failed": [{"Id": "2", "Code": "InternalError", "SenderFault": False}]
        }
        with Stubber(lonely_clients.sns) as stub:
            stub.add_response("publish_batch", answer)

            failures = SnsEventPublisher(lonely_clients, ARNS.__getitem__).publish(
                records({}, {}, {})
            )

        assert failures == {2: "InternalError", 3: "not in the answer"}

    def test_a_message_that_is_too_large_delays_no_other(self, lonely_clients: AwsClients) -> None:
        with Stubber(lonely_clients.sns) as stub:
            stub.add_response("publish_batch", accepted(2))

            failures = SnsEventPublisher(lonely_clients, ARNS.__getitem__).publish(
                records({"body": "x" * (MOST_BYTES + 1), "attributes": ()}, {})
            )

        assert failures == {1: f"{MOST_BYTES + 1} bytes are more than {MOST_BYTES}"}

    def test_messages_too_large_together_go_in_several_calls(
        self, clients: AwsClients, calls: Calls
    ) -> None:
        publisher = to_topic(clients, make_topic(clients))
        calls.clear()

        failures = publisher.publish(
            records(*({"body": "x" * 100_000, "attributes": ()} for _ in range(5)))
        )

        assert failures == {}
        assert calls.names == ["PublishBatch"] * 3

    def test_the_size_counts_bytes_and_attributes(self) -> None:
        message = build_message(body="ü", attributes=(("tenant", "bäcker"),))

        assert size_bytes(message) == 2 + len("tenant") + len("String") + 7

    def test_one_topic_that_is_down_does_not_unsend_the_others_messages(
        self, lonely_clients: AwsClients
    ) -> None:
        with Stubber(lonely_clients.sns) as stub:
            stub.add_client_error("publish_batch", "InternalError", http_status_code=500)
            stub.add_response(
                "publish_batch",
                accepted(1),
                {"TopicArn": ARNS[Topic.FILE_PROCESSING], "PublishBatchRequestEntries": ANY},
            )

            failures = SnsEventPublisher(lonely_clients, ARNS.__getitem__).publish(
                records({}, {"topic": Topic.FILE_EVENTS})
            )

        assert failures == {2: "queue: PublishBatch was answered with InternalError"}

    def test_when_nothing_was_answered_the_error_is_raised(
        self, lonely_clients: AwsClients
    ) -> None:
        with Stubber(lonely_clients.sns) as stub:
            stub.add_client_error("publish_batch", "Throttled", http_status_code=429)

            with pytest.raises(QueueUnavailableError, match="Throttled"):
                SnsEventPublisher(lonely_clients, ARNS.__getitem__).publish(records({}))

    def test_a_topic_without_an_answer_is_asked_once_and_not_for_each_batch(
        self, lonely_clients: AwsClients
    ) -> None:
        large = [{"body": "x" * 100_000, "attributes": ()} for _ in range(5)]
        with Stubber(lonely_clients.sns) as stub:
            stub.add_client_error("publish_batch", "InternalError", http_status_code=500)

            with pytest.raises(QueueUnavailableError, match="InternalError"):
                SnsEventPublisher(lonely_clients, ARNS.__getitem__).publish(records(*large))

            stub.assert_no_pending_responses()

    def test_what_was_accepted_before_the_topic_went_away_is_sent(
        self, lonely_clients: AwsClients
    ) -> None:
        large = [{"body": "x" * 100_000, "attributes": ()} for _ in range(5)]
        with Stubber(lonely_clients.sns) as stub:
            stub.add_response("publish_batch", accepted(1, 2))
            stub.add_client_error("publish_batch", "InternalError", http_status_code=500)

            failures = SnsEventPublisher(lonely_clients, ARNS.__getitem__).publish(records(*large))

        assert set(failures) == {3, 4, 5}

    def test_a_topic_that_is_not_there_is_an_operators_to_mend(self, clients: AwsClients) -> None:
        nowhere = {topic: f"{arn}-nowhere" for topic, arn in ARNS.items()}
        publisher = SnsEventPublisher(clients, nowhere.__getitem__)

        with pytest.raises(ConfigurationError, match="NotFound"):
            publisher.publish(records({}))

    def test_the_topic_carries_the_body_unchanged(self, clients: AwsClients) -> None:
        queue_url = make_queue(clients)
        topic_arn = make_topic(clients, subscriber=queue_url, is_raw=False)
        body = json.dumps({"fileId": "ü"})

        to_topic(clients, topic_arn).publish(records({"body": body}))

        [message] = clients.sqs.receive_message(QueueUrl=queue_url)["Messages"]
        assert json.loads(message["Body"])["Message"] == body
