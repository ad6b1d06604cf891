import pytest
from botocore.stub import Stubber

from adapters.aws.addresses import Addresses
from adapters.aws.clients import AwsClients
from application.errors import ConfigurationError, QueueUnavailableError
from tests.adapters.aws.conftest import Calls
from tests.emulated_aws import unique_name

IDENTITY = {"Account": "210987654321", "Arn": "arn:aws-cn:sts::210987654321:assumed-role/api/1"}


class TestQueues:
    def test_a_queue_is_asked_for_once(self, clients: AwsClients, calls: Calls) -> None:
        name = unique_name("queue")
        url = clients.sqs.create_queue(QueueName=name)["QueueUrl"]
        addresses = Addresses(clients)
        calls.clear()

        assert [addresses.queue_url(name) for _ in range(3)] == [url] * 3

        assert calls.names == ["GetQueueUrl"]

    def test_queues_are_told_apart(self, clients: AwsClients) -> None:
        names = [unique_name("queue"), unique_name("queue")]
        urls = [clients.sqs.create_queue(QueueName=name)["QueueUrl"] for name in names]
        addresses = Addresses(clients)

        assert [addresses.queue_url(name) for name in names] == urls

    def test_a_queue_that_is_made_later_is_found_then(self, clients: AwsClients) -> None:
        name = unique_name("queue")
        addresses = Addresses(clients)
        with pytest.raises(ConfigurationError, match="GetQueueUrl"):
            addresses.queue_url(name)

        url = clients.sqs.create_queue(QueueName=name)["QueueUrl"]

        assert addresses.queue_url(name) == url

    def test_while_amazon_is_away_nothing_is_remembered(self, lonely_clients: AwsClients) -> None:
        addresses = Addresses(lonely_clients)
        with Stubber(lonely_clients.sqs) as stub:
            stub.add_client_error("get_queue_url", "ServiceUnavailable", http_status_code=503)
            stub.add_response("get_queue_url", {"QueueUrl": "https://sqs/1/queue"})

            with pytest.raises(QueueUnavailableError, match="ServiceUnavailable"):
                addresses.queue_url("queue")

            assert addresses.queue_url("queue") == "https://sqs/1/queue"


class TestTopics:
    def test_topics_are_in_the_account_and_region_of_the_credentials(
        self, lonely_clients: AwsClients
    ) -> None:
        addresses = Addresses(lonely_clients)
        with Stubber(lonely_clients.sts) as stub:
            stub.add_response("get_caller_identity", IDENTITY)

            arns = [addresses.topic_arn(name) for name in ("work", "events")]

        assert arns == [f"arn:aws-cn:sns:us-east-1:210987654321:{it}" for it in ("work", "events")]

    def test_while_amazon_is_away_nothing_is_remembered(self, lonely_clients: AwsClients) -> None:
        addresses = Addresses(lonely_clients)
        with Stubber(lonely_clients.sts) as stub:
            stub.add_client_error("get_caller_identity", "Throttling", http_status_code=400)
            stub.add_response("get_caller_identity", IDENTITY)

            with pytest.raises(QueueUnavailableError, match="Throttling"):
                addresses.topic_arn("work")

            assert addresses.topic_arn("work").endswith(":work")

    def test_without_credentials_somebody_has_to_mend_that(
        self, lonely_clients: AwsClients
    ) -> None:
        with Stubber(lonely_clients.sts) as stub:
            stub.add_client_error(
                "get_caller_identity", "InvalidClientTokenId", http_status_code=403
            )

            with pytest.raises(ConfigurationError, match="InvalidClientTokenId"):
                Addresses(lonely_clients).topic_arn("work")
