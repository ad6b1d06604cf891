"""What the service's AWS resources are called, and how their queues behave."""

from dataclasses import dataclass

WORK_RETENTION_SECONDS = 4 * 24 * 3600
DEAD_LETTER_RETENTION_SECONDS = 14 * 24 * 3600
LONG_POLL_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceNames:
    """The names of one installation's resources; only a bucket's must be unique in all of AWS."""

    bucket: str
    topic: str = "file-processing"
    events_topic: str = "file-events"
    queue: str = "file-processing-queue"
    dead_letter_queue: str = "file-processing-dlq"
    undelivered_queue: str = "file-processing-undelivered"
    """Where the topic puts what it could not deliver to the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redelivery:
    """How long a received message is hidden, and how often it is received before it is dead."""

    visibility_seconds: int = 300
    max_receives: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where resources are, as their ARNs say it; nothing of it is ever written down by us."""

    partition: str
    region: str
    account: str

    def arn(self, service: str, name: str) -> str:
        """The ARN of a queue (`sqs`) or topic (`sns`) of this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{name}"

    def bucket_arn(self, name: str) -> str:
        """The ARN of a bucket, which belongs to no region."""
        return f"arn:{self.partition}:s3:::{name}"
