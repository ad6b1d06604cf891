"""What tests of provisioning ask of the emulator."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
import requests

from adapters.aws.blueprint import Place, ResourceNames
from adapters.aws.clients import AwsClients
from adapters.aws.provisioning import AwsProvisioner
from tests.emulated_aws import REGION, EmulatedAws, unique_name

ACCOUNT = "123456789012"
KEY = "alias/theirs"
PLACE = Place(partition="aws", region=REGION, account=ACCOUNT)


def new_names() -> ResourceNames:
    """Names that no other test uses."""
    return ResourceNames(
        bucket=unique_name("gristmill"),
        topic=unique_name("topic"),
        events_topic=unique_name("events"),
        queue=unique_name("queue"),
        dead_letter_queue=unique_name("dlq"),
        undelivered_queue=unique_name("undelivered"),
    )


def clients_by_tls(emulator: EmulatedAws) -> AwsClients:
    """New clients that take the emulator for a service with TLS, as Amazon's are."""
    clients = emulator.clients(endpoint_url=emulator.endpoint_url.replace("http:", "https:"))
    for client in (clients.s3, clients.sns, clients.sqs, clients.sts):
        client.meta.events.register("before-send", _send_without_tls)
    return clients


def _send_without_tls(request: Any, **_: object) -> None:
    request.url = request.url.replace("https:", "http:", 1)


def provision(provisioner: AwsProvisioner) -> None:
    """Makes everything, with nothing refused."""
    assert [text for it in provisioner.provision() for text in it.refusals] == []


def changes(provisioner: AwsProvisioner) -> dict[str, tuple[str, ...]]:
    """What a run changed, by the resource's name."""
    return {it.name: it.changes for it in provisioner.provision() if it.changed}


def refusals(provisioner: AwsProvisioner) -> dict[str, tuple[str, ...]]:
    """What a run was refused, by the resource's name."""
    return {it.name: it.refusals for it in provisioner.provision() if it.refusals}


def queue_attributes(clients: AwsClients, name: str) -> dict[str, str]:
    """All attributes that the queue has."""
    url = clients.sqs.get_queue_url(QueueName=name)["QueueUrl"]
    answer = clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return {str(key): text for key, text in answer["Attributes"].items()}


def set_queue_attribute(clients: AwsClients, name: str, attribute: str, text: str) -> None:
    """Sets one attribute and leaves the others."""
    url = clients.sqs.get_queue_url(QueueName=name)["QueueUrl"]
    # The emulator forgets a policy that does not come along.
    attributes: Any = {"Policy": queue_attributes(clients, name)["Policy"], attribute: text}
    clients.sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)


def choose_key(clients: AwsClients, name: str, *, key: str = KEY) -> None:
    """Encrypts the queue by that key of KMS's, as an operator may; by none when it is empty."""
    url = clients.sqs.get_queue_url(QueueName=name)["QueueUrl"]
    clients.sqs.set_queue_attributes(
        QueueUrl=url,
        Attributes={
            "KmsMasterKeyId": key,
            "SqsManagedSseEnabled": "false",
            "Policy": queue_attributes(clients, name)["Policy"],
        },
    )


def subscription_arn(clients: AwsClients, names: ResourceNames) -> str:
    """The one subscription of the work topic."""
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:{names.topic}"
    (found,) = clients.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    return found["SubscriptionArn"]


@contextmanager
def clients_of_user(
    emulator: EmulatedAws, *, allowed: list[str], denied: list[str] | None = None
) -> Iterator[AwsClients]:
    """Clients with the keys of a new user of those permissions, which are enforced meanwhile."""
    statements = [{"Effect": "Allow", "Action": allowed, "Resource": "*"}]
    if denied:
        statements.append({"Effect": "Deny", "Action": denied, "Resource": "*"})
    keys = _new_user(emulator, {"Version": "2012-10-17", "Statement": statements})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", keys["AccessKeyId"])
        patch.setenv("AWS_SECRET_ACCESS_KEY", keys["SecretAccessKey"])
        clients = clients_by_tls(emulator)
    _enforce_permissions(emulator, after_calls="0")
    try:
        yield clients
    finally:
        _enforce_permissions(emulator, after_calls="inf")
        clients.close()


def _new_user(emulator: EmulatedAws, policy: Mapping[str, object]) -> Mapping[str, str]:
    iam = boto3.client("iam", region_name=REGION, endpoint_url=emulator.endpoint_url)
    name = unique_name("user")
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=json.dumps(policy))
    keys: Mapping[str, str] = iam.create_access_key(UserName=name)["AccessKey"]  # type: ignore[assignment]  # the texts among its members
    iam.close()
    return keys


def _enforce_permissions(emulator: EmulatedAws, *, after_calls: str) -> None:
    requests.post(
        f"{emulator.endpoint_url}/moto-api/reset-auth", data=after_calls, timeout=10
    ).raise_for_status()
