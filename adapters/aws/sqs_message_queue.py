"""The work queue in SQS."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from adapters.aws.clients import AwsClients
from adapters.aws.late_deletions import LateDeletions
from adapters.aws.sqs_messages import SqsMessages
from application.ports.clock import Clock
from application.ports.message_queue import Delivery, MessageQueue


class SqsMessageQueue(MessageQueue):
    """The queue that `queue_url` locates, which has a redrive policy and gets what a topic sends.

    Deletions are put off for up to ten to share a call: see LateDeletions. `guard` is a lock,
    held for moments and never during a call.
    """

    def __init__(
        self,
        clients: AwsClients,
        queue_url: Callable[[], str],
        *,
        clock: Clock,
        guard: AbstractContextManager[object],
        visibility_seconds: int = 300,
    ) -> None:
        self._messages = SqsMessages(clients, queue_url, visibility_seconds=visibility_seconds)
        self._deletions = LateDeletions(self._messages, clock=clock, guard=guard)

    def receive(self, *, limit: int, wait_seconds: float) -> Sequence[Delivery]:
        self._deletions.send_due()
        received = self._messages.receive(limit=limit, wait_seconds=wait_seconds)
        if not received:
            # Nothing more will come soon to share a call with.
            self._deletions.send_due(longest_wait_seconds=0)
        return [delivery for delivery in received if not self._is_deleted(delivery)]

    def change_visibility(self, delivery: Delivery, *, seconds: int) -> None:
        if not self._deletions.includes(delivery):
            self._messages.hide(delivery.receipt, seconds=seconds)
        self._deletions.send_due()

    def delete(self, delivery: Delivery) -> None:
        self._deletions.add(delivery)
        self._deletions.send_due()

    def approximate_size(self) -> int:
        self.flush()
        return self._messages.approximate_size()

    def flush(self) -> None:
        self._deletions.send_all()

    def _is_deleted(self, delivery: Delivery) -> bool:
        if not self._deletions.includes(delivery):
            return False
        # Its visibility ended first, so the receipt that waits is stale and this one is not.
        self._deletions.add(delivery)
        return True
