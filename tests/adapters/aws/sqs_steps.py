"""Short ways to messages in SQS and to deliveries from it."""

from adapters.aws.clients import AwsClients
from adapters.aws.sqs_message_queue import SqsMessageQueue
from application.ports.message_queue import Delivery

# Where nobody is.
URL = "http://127.0.0.1:9/123456789012/queue"


def send(clients: AwsClients, queue_url: str, *bodies: str) -> None:
    for body in bodies:
        clients.sqs.send_message(QueueUrl=queue_url, MessageBody=body)


def receive(queue: SqsMessageQueue, limit: int = 10) -> list[Delivery]:
    return list(queue.receive(limit=limit, wait_seconds=0))


def delivery(number: int = 1) -> Delivery:
    return Delivery(message_id=f"m{number}", receipt=f"r{number}", body="", receive_count=1)
