"""Dead letters in SQS."""

from collections.abc import Callable, Sequence

from adapters.aws.clients import AwsClients
from adapters.aws.sqs_messages import SqsMessages
from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.message_queue import Delivery


class SqsDeadLetterQueue(DeadLetterQueue):
    """The queue that `queue_url` locates, to which the work queue's redrive policy sends.

    Its own redrive policy must be empty: letters are received again and again.
    """

    def __init__(
        self,
        clients: AwsClients,
        queue_url: Callable[[], str],
        *,
        visibility_seconds: int = 300,
    ) -> None:
        self._messages = SqsMessages(clients, queue_url, visibility_seconds=visibility_seconds)

    def receive(self, *, limit: int) -> Sequence[Delivery]:
        return self._messages.receive(limit=limit, wait_seconds=0)

    def hide(self, delivery: Delivery, *, seconds: int) -> None:
        self._messages.hide(delivery.receipt, seconds=seconds)

    def approximate_size(self) -> int:
        return self._messages.approximate_size()

    def delete(self, delivery: Delivery) -> None:
        self._messages.delete(delivery.receipt)
