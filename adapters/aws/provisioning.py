"""All of an installation's resources: made, put right, and looked at."""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager

from adapters.aws.blueprint import (
    DEAD_LETTER_RETENTION_SECONDS,
    LONG_POLL_SECONDS,
    WORK_RETENTION_SECONDS,
    Place,
    Redelivery,
    ResourceNames,
)
from adapters.aws.bucket import Bucket
from adapters.aws.clients import AwsClients
from adapters.aws.errors import queue_errors, storage_errors
from adapters.aws.policies import private_queue, subscribed_queue
from adapters.aws.queue import Queue
from adapters.aws.resource import MISSING, Resource
from adapters.aws.topic import Subscription, Topic
from application.errors import ConfigurationError, DependencyError
from application.ports.infrastructure import ProvisionedResource, Provisioner
from application.ports.probe import DependencyProbe, ProbeResult


class AwsProvisioner(Provisioner):
    """Makes the same resources as docker/aws/template.yaml, under the given names."""

    def __init__(
        self, clients: AwsClients, names: ResourceNames, redelivery: Redelivery | None = None
    ) -> None:
        self._clients = clients
        self._names = names
        self._redelivery = redelivery or Redelivery()

    def provision(self) -> Sequence[ProvisionedResource]:
        return tuple(
            _put_right(resource)
            for resource in resources(self._clients, self._names, self._redelivery)
        )


class AwsSetupProbe(DependencyProbe):
    """Compares bucket, topics, queues and subscription with what `provision` would make."""

    def __init__(
        self, clients: AwsClients, names: ResourceNames, redelivery: Redelivery | None = None
    ) -> None:
        self._clients = clients
        self._names = names
        self._redelivery = redelivery or Redelivery()

    def check(self) -> ProbeResult:
        try:
            wanted = resources(self._clients, self._names, self._redelivery)
            wrong = [text for resource in wanted if (text := _complaint(resource))]
        except ConfigurationError as error:
            return ProbeResult(
                name="set-up",
                ok=True,
                finding=f"not compared: these credentials may not look at all of it ({error})",
            )
        except DependencyError as error:
            return ProbeResult(
                name="set-up",
                ok=False,
                finding=f"AWS could not be asked ({error})",
                hint="check AWS_REGION, AWS_ENDPOINT_URL and the network",
            )
        if not wrong:
            return ProbeResult(name="set-up", ok=True, finding="as `gristmill provision` makes it")
        return ProbeResult(
            name="set-up", ok=False, finding="; ".join(wrong), hint="run `gristmill provision`"
        )


def resources(
    clients: AwsClients, names: ResourceNames, redelivery: Redelivery
) -> Sequence[Resource]:
    """Every resource, each after those that it refers to.

    Asks whose credentials these are; raises ConfigurationError, QueueUnavailableError.
    """
    place = place_of(clients)
    topic_arn = place.arn("sns", names.topic)
    return [
        Bucket(clients.s3, names.bucket, place),
        Topic(clients.sns, names.topic, arn=topic_arn),
        Topic(clients.sns, names.events_topic, arn=place.arn("sns", names.events_topic)),
        _dead_letter_queue(clients, names, place),
        _undelivered_queue(clients, names, place),
        _work_queue(clients, names, place, redelivery),
        Subscription(
            clients.sns,
            topic_arn=topic_arn,
            queue_arn=place.arn("sqs", names.queue),
            undelivered_arn=place.arn("sqs", names.undelivered_queue),
        ),
    ]


def place_of(clients: AwsClients) -> Place:
    """Where the credentials lead: Amazon knows, so nobody has to configure it.

    Raises ConfigurationError, QueueUnavailableError.
    """
    with queue_errors():
        identity = clients.sts.get_caller_identity()
        region = clients.region
    return Place(
        partition=identity["Arn"].split(":")[1], region=region, account=identity["Account"]
    )


def _dead_letter_queue(clients: AwsClients, names: ResourceNames, place: Place) -> Queue:
    allowed = {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [place.arn("sqs", names.queue)],
    }
    return Queue(
        clients.sqs,
        names.dead_letter_queue,
        {
            "MessageRetentionPeriod": str(DEAD_LETTER_RETENTION_SECONDS),
            "SqsManagedSseEnabled": "true",
            "RedriveAllowPolicy": json.dumps(allowed),
            "Policy": json.dumps(private_queue(place.arn("sqs", names.dead_letter_queue))),
        },
    )


def _undelivered_queue(clients: AwsClients, names: ResourceNames, place: Place) -> Queue:
    return Queue(
        clients.sqs,
        names.undelivered_queue,
        {
            "MessageRetentionPeriod": str(DEAD_LETTER_RETENTION_SECONDS),
            "SqsManagedSseEnabled": "true",
            "Policy": _topic_may_send(names.undelivered_queue, names, place),
        },
    )


def _work_queue(
    clients: AwsClients, names: ResourceNames, place: Place, redelivery: Redelivery
) -> Queue:
    redrive = {
        "deadLetterTargetArn": place.arn("sqs", names.dead_letter_queue),
        "maxReceiveCount": redelivery.max_receives,
    }
    return Queue(
        clients.sqs,
        names.queue,
        {
            "VisibilityTimeout": str(redelivery.visibility_seconds),
            "MessageRetentionPeriod": str(WORK_RETENTION_SECONDS),
            "ReceiveMessageWaitTimeSeconds": str(LONG_POLL_SECONDS),
            "SqsManagedSseEnabled": "true",
            "RedrivePolicy": json.dumps(redrive),
            "Policy": _topic_may_send(names.queue, names, place),
        },
    )


def _topic_may_send(queue: str, names: ResourceNames, place: Place) -> str:
    policy = subscribed_queue(
        place.arn("sqs", queue), topic_arn=place.arn("sns", names.topic), account=place.account
    )
    return json.dumps(policy)


def _put_right(resource: Resource) -> ProvisionedResource:
    differences = _differences(resource)
    if differences:
        with _errors_of(resource):
            resource.put_right(differences)
    return ProvisionedResource(kind=resource.kind, name=resource.name, changes=differences)


def _complaint(resource: Resource) -> str:
    differences = _differences(resource)
    if not differences:
        return ""
    what = MISSING if MISSING in differences else f"differs in {', '.join(differences)}"
    return f"{resource.kind} {resource.name} {'is ' if what == MISSING else ''}{what}"


def _differences(resource: Resource) -> tuple[str, ...]:
    with _errors_of(resource):
        return resource.differences()


def _errors_of(resource: Resource) -> AbstractContextManager[None]:
    return storage_errors() if isinstance(resource, Bucket) else queue_errors()
