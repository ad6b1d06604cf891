import json
import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest
from botocore.stub import Stubber

from adapters.aws.clients import AwsClients
from adapters.aws.late_deletions import LONGEST_WAIT_SECONDS, MOST_TRIES
from adapters.aws.sns_event_publisher import SnsEventPublisher
from adapters.aws.sqs_dead_letter_queue import SqsDeadLetterQueue
from adapters.aws.sqs_message_queue import SqsMessageQueue
from adapters.aws.sqs_messages import unwrapped
from adapters.memory.manual_clock import ManualClock
from application.errors import ConfigurationError, QueueUnavailableError
from application.ports.message_queue import Delivery
from application.ports.outbox import OutboxRecord
from tests.adapters.aws.conftest import Calls
from tests.builders import build_message
from tests.contracts.aws_world import make_queue, make_topic
from tests.contracts.worlds import MAX_RECEIVES

URL = "http://127.0.0.1:9/123456789012/queue"


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


def send(clients: AwsClients, queue_url: str, *bodies: str) -> None:
    for body in bodies:
        clients.sqs.send_message(QueueUrl=queue_url, MessageBody=body)


def receive(queue: SqsMessageQueue, limit: int = 10) -> list[Delivery]:
    return list(queue.receive(limit=limit, wait_seconds=0))


def delivery(number: int = 1) -> Delivery:
    return Delivery(message_id=f"m{number}", receipt=f"r{number}", body="", receive_count=1)


class TestDeleting:
    def test_ten_deletions_share_one_call(
        self, clients: AwsClients, queue: SqsMessageQueue, queue_url: str, calls: Calls
    ) -> None:
        send(clients, queue_url, *(str(number) for number in range(10)))
        deliveries = receive(queue)
        calls.clear()

        for each in deliveries[:9]:
            queue.delete(each)
        assert calls == []
        queue.delete(deliveries[9])

        assert calls.names == ["DeleteMessageBatch"]
        assert queue.approximate_size() == 0

    def test_a_file_costs_a_tenth_of_receive_and_delete_under_load(
        self, clients: AwsClients, queue: SqsMessageQueue, queue_url: str, calls: Calls
    ) -> None:
        send(clients, queue_url, *(str(number) for number in range(30)))
        calls.clear()

        for _ in range(3):
            for each in receive(queue):
                queue.delete(each)

        assert sorted(calls.names) == ["DeleteMessageBatch"] * 3 + ["ReceiveMessage"] * 3

    def test_a_lone_deletion_waits_two_seconds_for_others(
        self,
        clients: AwsClients,
        queue: SqsMessageQueue,
        queue_url: str,
        calls: Calls,
        clock: ManualClock,
    ) -> None:
        send(clients, queue_url, "1", "2", "3", "4")
        first, second, third, _ = receive(queue)
        queue.delete(first)
        calls.clear()

        clock.advance(LONGEST_WAIT_SECONDS - 0.1)
        queue.delete(second)
        assert calls == []
        clock.advance(0.1)
        queue.change_visibility(third, seconds=60)

        assert calls.names == ["ChangeMessageVisibility", "DeleteMessageBatch"]
        assert queue.approximate_size() == 2

    def test_a_queue_with_nothing_to_do_deletes_at_once(
        self, clients: AwsClients, queue: SqsMessageQueue, queue_url: str, calls: Calls
    ) -> None:
        send(clients, queue_url, "1")
        [only] = receive(queue)
        queue.delete(only)
        calls.clear()

        assert receive(queue) == []

        assert calls.names == ["ReceiveMessage", "DeleteMessageBatch"]

    def test_flushing_sends_what_waits_and_only_that(
        self, clients: AwsClients, queue: SqsMessageQueue, queue_url: str, calls: Calls
    ) -> None:
        send(clients, queue_url, "1")
        [only] = receive(queue)
        queue.delete(only)
        calls.clear()

        queue.flush()
        queue.flush()

        assert calls.names == ["DeleteMessageBatch"]

    def test_a_message_that_waits_for_its_deletion_is_never_shown_again(
        self, clients: AwsClients, queue: SqsMessageQueue, queue_url: str
    ) -> None:
        send(clients, queue_url, "1")
        [first] = receive(queue)
        queue.delete(first)
        # As if its visibility had ended meanwhile.
        clients.sqs.change_message_visibility(
            QueueUrl=queue_url, ReceiptHandle=first.receipt, VisibilityTimeout=0
        )

        assert receive(queue) == []

        assert queue.approximate_size() == 0

    def test_the_newer_receipt_deletes(
        self, lonely_clients: AwsClients, lonely_queue: SqsMessageQueue
    ) -> None:
        lonely_queue.delete(delivery())
        with Stubber(lonely_clients.sqs) as stub:
            stub.add_response(
                "receive_message",
                {
                    "Messages": [
                        {
                            "MessageId": "m1",
                            "ReceiptHandle": "newer",
                            "Body": "",
                            "Attributes": {"ApproximateReceiveCount": "2"},
                        }
                    ]
                },
            )
            stub.add_response(
                "delete_message_batch",
                {"Successful": [{"Id": "0"}], "Failed": []},
                {"QueueUrl": URL, "Entries": [{"Id": "0", "ReceiptHandle": "newer"}]},
            )

            assert receive(lonely_queue) == []
            lonely_queue.flush()


class TestDeletingInVain:
    def failed(self, code: str, *, is_our_fault: bool) -> dict[str, object]:
        entry = {"Id": "0", "Code": code, "SenderFault": is_our_fault}
        return {"Successful": [], "Failed": [entry]}

    @pytest.mark.parametrize(
        ("code", "is_our_fault"),
        [
            ("InternalError", False),
            ("ServiceUnavailable", False),
            ("RequestThrottled", True),
            ("ThrottlingException", True),
            ("AccessDenied", True),
            ("SomethingNew", True),
        ],
    )
    def test_what_sqs_could_not_delete_is_tried_again(
        self,
        lonely_clients: AwsClients,
        lonely_queue: SqsMessageQueue,
        code: str,
        is_our_fault: bool,
    ) -> None:
        lonely_queue.delete(delivery())
        with Stubber(lonely_clients.sqs) as stub:
            stub.add_response("delete_message_batch", self.failed(code, is_our_fault=is_our_fault))
            stub.add_response("delete_message_batch", {"Successful": [{"Id": "0"}], "Failed": []})

            for _ in range(3):
                lonely_queue.flush()

            stub.assert_no_pending_responses()

    @pytest.mark.parametrize(
        "code",
        ["ReceiptHandleIsInvalid", "InvalidParameterValue"],
    )
    def test_a_stale_receipt_is_dropped(
        self, lonely_clients: AwsClients, lonely_queue: SqsMessageQueue, code: str
    ) -> None:
        lonely_queue.delete(delivery())
        with Stubber(lonely_clients.sqs) as stub:
            stub.add_response("delete_message_batch", self.failed(code, is_our_fault=True))

            for _ in range(2):
                lonely_queue.flush()

    def test_after_three_tries_it_is_dropped_with_a_warning(
        self,
        lonely_clients: AwsClients,
        lonely_queue: SqsMessageQueue,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        lonely_queue.delete(delivery())
        with Stubber(lonely_clients.sqs) as stub, caplog.at_level(logging.WARNING):
            for _ in range(MOST_TRIES):
                stub.add_client_error("delete_message_batch", "Trouble", http_status_code=500)
                with pytest.raises(QueueUnavailableError):
                    lonely_queue.flush()

            lonely_queue.flush()

        [record] = caplog.records
        assert record.getMessage() == (
            "message_not_deleted m1: queue: DeleteMessageBatch was answered with Trouble"
        )

    def test_the_next_receive_does_not_suffer_from_it(
        self, lonely_clients: AwsClients, lonely_queue: SqsMessageQueue, clock: ManualClock
    ) -> None:
        lonely_queue.delete(delivery())
        clock.advance(LONGEST_WAIT_SECONDS)
        message = {
            "MessageId": "m2",
            "ReceiptHandle": "r2",
            "Body": "2",
            "Attributes": {"ApproximateReceiveCount": "1"},
        }
        with Stubber(lonely_clients.sqs) as stub:
            stub.add_client_error("delete_message_batch", "Trouble", http_status_code=500)
            stub.add_response("receive_message", {"Messages": [message]})

            assert [each.body for each in receive(lonely_queue)] == ["2"]


class TestStaleReceipts:
    @pytest.mark.parametrize(
        "code",
        [
            "ReceiptHandleIsInvalid",
            "InvalidParameterValue",
            "MessageNotInflight",
            "AWS.SimpleQueueService.MessageNotInflight",
        ],
    )
    def test_they_are_no_error(
        self, lonely_clients: AwsClients, lonely_queue: SqsMessageQueue, code: str
    ) -> None:
        dead_letters = SqsDeadLetterQueue(lonely_clients, lambda: URL)
        with Stubber(lonely_clients.sqs) as stub:
            stub.add_client_error("change_message_visibility", code, http_status_code=400)
            stub.add_client_error("change_message_visibility", code, http_status_code=400)
            stub.add_client_error("delete_message", code, http_status_code=400)

            lonely_queue.change_visibility(delivery(), seconds=30)
            dead_letters.hide(delivery(), seconds=30)
            dead_letters.delete(delivery())

            stub.assert_no_pending_responses()

    def test_any_other_refusal_is_one(
        self, lonely_clients: AwsClients, lonely_queue: SqsMessageQueue
    ) -> None:
        with Stubber(lonely_clients.sqs) as stub:
            stub.add_client_error("change_message_visibility", "AccessDenied", http_status_code=403)

            with pytest.raises(ConfigurationError, match="AccessDenied"):
                lonely_queue.change_visibility(delivery(), seconds=30)


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
