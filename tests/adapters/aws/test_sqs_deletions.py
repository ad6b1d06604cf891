"""Deletions from SQS are sent by tens, a little late, and none is ever forgotten."""

from botocore.stub import Stubber

from adapters.aws.clients import AwsClients
from adapters.aws.late_deletions import LONGEST_WAIT_SECONDS
from adapters.aws.sqs_message_queue import SqsMessageQueue
from adapters.memory.manual_clock import ManualClock
from tests.adapters.aws.conftest import Calls
from tests.adapters.aws.sqs_steps import URL, delivery, receive, send


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
