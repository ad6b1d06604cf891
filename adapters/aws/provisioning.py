"""All of an installation's resources: made, and put right."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from adapters.aws.advice import advised
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
from adapters.aws.identity import identity_of
from adapters.aws.policies import comes_by_tls, policy_of, tls_only_queue, topic_may_send
from adapters.aws.queue import Queue
from adapters.aws.refusals import Refusals
from adapters.aws.resource import Resource
from adapters.aws.topic import Subscription, Topic
from application.errors import ConfigurationError
from application.ports.infrastructure import ProvisionedResource, Provisioner

if TYPE_CHECKING:  # stubs, which only a developer has
    from mypy_boto3_sqs.literals import QueueAttributeNameType


class AwsProvisioner(Provisioner):
    """Makes the same resources as docker/aws/template.yaml, under the given names."""

    def __init__(
        self, clients: AwsClients, names: ResourceNames, redelivery: Redelivery | None = None
    ) -> None:
        self._clients = clients
        self._names = names
        self._redelivery = redelivery or Redelivery()

    def target(self) -> str:
        with advised():
            identity = identity_of(self._clients)
            with storage_errors():
                endpoint_url = self._clients.s3.meta.endpoint_url
        target = f"{identity.arn} in {identity.place.region}"
        if comes_by_tls(endpoint_url):
            return target
        return f"{target}, at {endpoint_url} (which has no TLS, so no policy demands it)"

    def provision(self) -> Iterator[ProvisionedResource]:
        with advised():
            identity = identity_of(self._clients)
            wanted = resources(self._clients, self._names, self._redelivery, identity.place)
        for resource in wanted:
            with advised():
                made = _put_right(resource, Refusals(identity.arn))
            yield made


def resources(
    clients: AwsClients, names: ResourceNames, redelivery: Redelivery, place: Place
) -> Sequence[Resource]:
    """Every resource, each after those that it refers to.

    Nothing is asked of them, but clients are made: raises ConfigurationError.
    """
    with queue_errors():
        return _resources(clients, names, redelivery, place)


def _resources(
    clients: AwsClients, names: ResourceNames, redelivery: Redelivery, place: Place
) -> Sequence[Resource]:
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


def _dead_letter_queue(clients: AwsClients, names: ResourceNames, place: Place) -> Queue:
    allowed = {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [place.arn("sqs", names.queue)],
    }
    return _queue(
        clients,
        place,
        names.dead_letter_queue,
        {
            "MessageRetentionPeriod": str(DEAD_LETTER_RETENTION_SECONDS),
            "RedriveAllowPolicy": json.dumps(allowed),
        },
    )


def _undelivered_queue(clients: AwsClients, names: ResourceNames, place: Place) -> Queue:
    return _queue(
        clients,
        place,
        names.undelivered_queue,
        {"MessageRetentionPeriod": str(DEAD_LETTER_RETENTION_SECONDS)},
        topic=names.topic,
    )


def _work_queue(
    clients: AwsClients, names: ResourceNames, place: Place, redelivery: Redelivery
) -> Queue:
    redrive = {
        "deadLetterTargetArn": place.arn("sqs", names.dead_letter_queue),
        "maxReceiveCount": redelivery.max_receives,
    }
    return _queue(
        clients,
        place,
        names.queue,
        {
            "VisibilityTimeout": str(redelivery.visibility_seconds),
            "MessageRetentionPeriod": str(WORK_RETENTION_SECONDS),
            "ReceiveMessageWaitTimeSeconds": str(LONG_POLL_SECONDS),
            "RedrivePolicy": json.dumps(redrive),
        },
        topic=names.topic,
    )


def _queue(
    clients: AwsClients,
    place: Place,
    name: str,
    attributes: "Mapping[QueueAttributeNameType, str]",
    *,
    topic: str | None = None,
) -> Queue:
    """An encrypted queue of those attributes, which `topic` may send to, and nobody without TLS."""
    arn, statements = place.arn("sqs", name), []
    if topic is not None:
        topic_arn = place.arn("sns", topic)
        statements.append(topic_may_send(arn, topic_arn=topic_arn, account=place.account))
    if comes_by_tls(clients.sqs.meta.endpoint_url):
        statements.append(tls_only_queue(arn))
    every: dict[QueueAttributeNameType, str] = {**attributes, "SqsManagedSseEnabled": "true"}
    if statements:
        every["Policy"] = policy_of(*statements)
    return Queue(clients.sqs, name, every)


def _put_right(resource: Resource, refusals: Refusals) -> ProvisionedResource:
    changes: tuple[str, ...] = ()
    try:
        with errors_of(resource), refusals.kept():
            differences = resource.differences(refusals)
            if differences:
                changes = resource.put_right(differences, refusals)
    except ConfigurationError as error:
        refusals.add(error.reason)
    return ProvisionedResource(
        kind=resource.kind, name=resource.name, changes=changes, refusals=refusals.texts
    )


def errors_of(resource: Resource) -> AbstractContextManager[None]:
    """Raises the errors of the port that stands on the resource for boto3's."""
    return storage_errors() if isinstance(resource, Bucket) else queue_errors()
