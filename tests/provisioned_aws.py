"""An installation of the aws profile: a database and, at the emulator, all that it needs."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.aws.blueprint import Redelivery, ResourceNames
from adapters.aws.clients import AwsClients
from adapters.aws.provisioning import AwsProvisioner
from tests.emulated_aws import REGION, unique_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Its names at Amazon, and the settings that lead a process there."""

    names: ResourceNames
    settings: Mapping[str, str]

    def queue_url(self, clients: AwsClients) -> str:
        """Where work waits."""
        return clients.sqs.get_queue_url(QueueName=self.names.queue)["QueueUrl"]

    def dead_letter_url(self, clients: AwsClients) -> str:
        """Where dead letters are."""
        return clients.sqs.get_queue_url(QueueName=self.names.dead_letter_queue)["QueueUrl"]


def plan_installation(*, endpoint_url: str, database_url: str, **settings: str) -> Installation:
    """One with names of its own, of which nothing is made yet."""
    names = ResourceNames(
        bucket=unique_name("gristmill"),
        topic=unique_name("topic"),
        events_topic=unique_name("events"),
        queue=unique_name("queue"),
        dead_letter_queue=unique_name("dlq"),
        undelivered_queue=unique_name("undelivered"),
    )
    return Installation(
        names=names,
        settings={
            "GRISTMILL_PROFILE": "aws",
            "GRISTMILL_DATABASE_URL": database_url,
            "GRISTMILL_S3_BUCKET": names.bucket,
            "GRISTMILL_TOPIC": names.topic,
            "GRISTMILL_EVENTS_TOPIC": names.events_topic,
            "GRISTMILL_QUEUE": names.queue,
            "GRISTMILL_DEAD_LETTER_QUEUE": names.dead_letter_queue,
            "GRISTMILL_UNDELIVERED_QUEUE": names.undelivered_queue,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": endpoint_url,
            **settings,
        },
    )


def provision(clients: AwsClients, installation: Installation) -> None:
    """Makes what the installation needs."""
    visibility = installation.settings.get("GRISTMILL_VISIBILITY_SECONDS", "300")
    redelivery = Redelivery(visibility_seconds=int(visibility))
    for made in AwsProvisioner(clients, installation.names, redelivery).provision():
        assert not made.refusals
