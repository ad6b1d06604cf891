"""Whether dead letters can be looked at."""

from collections.abc import Callable

from adapters.aws.advice import advice
from adapters.aws.clients import AwsClients
from adapters.aws.sqs_dead_letter_queue import SqsDeadLetterQueue
from application.errors import DependencyError
from application.ports.probe import DependencyProbe, ProbeResult, ProbeStatus


class DeadLettersProbe(DependencyProbe):
    """Receives a dead letter, if there is one, and leaves it as visible as it was.

    That counts as one more receive of it, which means nothing here: the queue has no redrive
    policy, and nobody asks how often a dead letter was received.
    """

    name = "dead letters"

    def __init__(self, clients: AwsClients, queue_url: Callable[[], str]) -> None:
        self._queue = SqsDeadLetterQueue(clients, queue_url, visibility_seconds=0)

    def check(self) -> ProbeResult:
        try:
            found = self._queue.receive(limit=1)
        except DependencyError as error:
            return ProbeResult(
                status=ProbeStatus.WRONG,
                finding=f"the queue cannot be received from: {error.reason}",
                hint=advice(error),
            )
        what = "at least one lies there" if found else "none was found"
        return ProbeResult(
            status=ProbeStatus.OK,
            finding=f"{what}; whether they can be hidden and deleted was not seen",
        )
