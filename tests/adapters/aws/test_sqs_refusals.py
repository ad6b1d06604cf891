"""What SQS refuses: tried again, dropped or told, as the reason demands."""

import logging

import pytest
from botocore.stub import Stubber

from adapters.aws.clients import AwsClients
from adapters.aws.late_deletions import LONGEST_WAIT_SECONDS, MOST_TRIES
from adapters.aws.sqs_dead_letter_queue import SqsDeadLetterQueue
from adapters.aws.sqs_message_queue import SqsMessageQueue
from adapters.memory.manual_clock import ManualClock
from application.errors import ConfigurationError, QueueUnavailableError
from tests.adapters.aws.sqs_steps import URL, delivery, receive


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
