"""Where the topics and queues of a given name are."""

from adapters.aws.answers import reading_the_answer
from adapters.aws.blueprint import Place
from adapters.aws.clients import AwsClients
from adapters.aws.errors import queue_errors
from adapters.aws.identity import place_of


class Addresses:
    """Asked of Amazon at the first use of a name, and remembered.

    So a process starts while Amazon does not answer, and before anything was provisioned. A
    topic's address follows from whose credentials these are, which everybody may ask; a
    queue's takes `sqs:GetQueueUrl`. Used by many threads: two that ask at once learn the same.
    """

    def __init__(self, clients: AwsClients) -> None:
        self._clients = clients
        self._place: Place | None = None
        self._queue_urls: dict[str, str] = {}

    def topic_arn(self, name: str) -> str:
        """The ARN of this account's topic; raises QueueUnavailableError, ConfigurationError."""
        if self._place is None:
            self._place = place_of(self._clients)
        return self._place.arn("sns", name)

    def queue_url(self, name: str) -> str:
        """The URL of this account's queue; raises QueueUnavailableError, ConfigurationError.

        The latter also while there is no such queue, so it is asked for again.
        """
        if name not in self._queue_urls:
            with queue_errors():
                answer = self._clients.sqs.get_queue_url(QueueName=name)
                with reading_the_answer():
                    self._queue_urls[name] = answer["QueueUrl"]
        return self._queue_urls[name]
