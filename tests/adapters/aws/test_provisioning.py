"""Provisioning makes what it says, repairs what drifted, and otherwise leaves alone."""

import json

import pytest

from adapters.aws.blueprint import Redelivery, ResourceNames
from adapters.aws.clients import AwsClients
from adapters.aws.provisioning import AwsProvisioner
from tests.adapters.aws.provisioned import (
    ACCOUNT,
    KEY,
    changes,
    choose_key,
    provision,
    queue_attributes,
    set_queue_attribute,
    subscription_arn,
)
from tests.emulated_aws import REGION, EmulatedAws


def test_the_first_run_makes_everything(provisioner: AwsProvisioner, names: ResourceNames) -> None:
    made = list(provisioner.provision())

    assert [(it.kind, it.name) for it in made] == [
        ("bucket", names.bucket),
        ("topic", names.topic),
        ("topic", names.events_topic),
        ("queue", names.dead_letter_queue),
        ("queue", names.undelivered_queue),
        ("queue", names.queue),
        ("subscription", f"{names.topic} to {names.queue}"),
    ]
    assert {it.changes for it in made} == {("missing",)}


def test_the_second_run_changes_nothing(provisioner: AwsProvisioner) -> None:
    provision(provisioner)

    again = list(provisioner.provision())

    assert [(it.changes, it.refusals) for it in again] == [((), ())] * 7


def test_other_regions_need_no_setting_of_ours(
    emulated_aws: EmulatedAws, names: ResourceNames
) -> None:
    clients = emulated_aws.clients(region="eu-central-1")

    provision(AwsProvisioner(clients, names))

    location = clients.s3.get_bucket_location(Bucket=names.bucket)["LocationConstraint"]
    policy = queue_attributes(clients, names.queue)["Policy"]
    clients.close()
    assert location == "eu-central-1"
    assert f"arn:aws:sns:eu-central-1:{ACCOUNT}:{names.topic}" in policy


def test_an_endpoint_without_tls_does_not_lock_itself_out(
    clients: AwsClients, names: ResourceNames
) -> None:
    provisioner = AwsProvisioner(clients, names)

    provision(provisioner)

    clients.s3.put_object(Bucket=names.bucket, Key="uploads/1", Body=b"id\n1\n")
    policy = queue_attributes(clients, names.queue)["Policy"]
    assert provisioner.target().endswith("(which has no TLS, so no policy demands it)")
    assert "SecureTransport" not in policy
    assert changes(provisioner) == {}


def test_a_message_published_to_the_topic_arrives_raw(
    provisioner: AwsProvisioner, tls_clients: AwsClients, names: ResourceNames
) -> None:
    provision(provisioner)

    tls_clients.sns.publish(TopicArn=f"arn:aws:sns:{REGION}:{ACCOUNT}:{names.topic}", Message="{}")

    url = tls_clients.sqs.get_queue_url(QueueName=names.queue)["QueueUrl"]
    (message,) = tls_clients.sqs.receive_message(QueueUrl=url)["Messages"]
    assert message["Body"] == "{}"


@pytest.mark.parametrize(
    ("attribute", "drifted"),
    [
        ("VisibilityTimeout", "30"),
        ("MessageRetentionPeriod", "60"),
        ("ReceiveMessageWaitTimeSeconds", "0"),
        ("SqsManagedSseEnabled", "false"),
        ("Policy", '{"Version": "2012-10-17", "Statement": []}'),
    ],
)
def test_an_attribute_of_the_queue_that_drifted_is_set_again(
    provisioner: AwsProvisioner,
    tls_clients: AwsClients,
    names: ResourceNames,
    attribute: str,
    drifted: str,
) -> None:
    provision(provisioner)
    right = queue_attributes(tls_clients, names.queue)[attribute]
    set_queue_attribute(tls_clients, names.queue, attribute, drifted)

    changed = changes(provisioner)

    assert changed == {names.queue: (attribute,)}
    assert queue_attributes(tls_clients, names.queue)[attribute] == right


def test_a_new_limit_of_receives_is_set(
    provisioner: AwsProvisioner, tls_clients: AwsClients, names: ResourceNames
) -> None:
    provision(provisioner)

    changed = changes(AwsProvisioner(tls_clients, names, Redelivery(max_receives=5)))

    assert changed == {names.queue: ("RedrivePolicy",)}
    redrive = json.loads(queue_attributes(tls_clients, names.queue)["RedrivePolicy"])
    assert redrive["maxReceiveCount"] == 5


def test_a_subscription_that_wraps_is_set_right(
    provisioner: AwsProvisioner, tls_clients: AwsClients, names: ResourceNames
) -> None:
    provision(provisioner)
    tls_clients.sns.set_subscription_attributes(
        SubscriptionArn=subscription_arn(tls_clients, names),
        AttributeName="RawMessageDelivery",
        AttributeValue="false",
    )

    changed = changes(provisioner)

    assert changed == {f"{names.topic} to {names.queue}": ("RawMessageDelivery",)}
    assert changes(provisioner) == {}


def test_every_setting_of_the_bucket_that_drifted_is_set_again(
    provisioner: AwsProvisioner, tls_clients: AwsClients, names: ResourceNames
) -> None:
    provision(provisioner)
    bucket = names.bucket
    tls_clients.s3.delete_public_access_block(Bucket=bucket)
    tls_clients.s3.delete_bucket_ownership_controls(Bucket=bucket)
    tls_clients.s3.delete_bucket_encryption(Bucket=bucket)
    tls_clients.s3.delete_bucket_policy(Bucket=bucket)
    tls_clients.s3.delete_bucket_lifecycle(Bucket=bucket)
    tls_clients.s3.put_bucket_versioning(
        Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
    )

    changed = changes(provisioner)

    assert changed == {
        bucket: (
            "PublicAccessBlock",
            "OwnershipControls",
            "Encryption",
            "Lifecycle",
            "Versioning",
            "Policy",
        )
    }
    assert changes(provisioner) == {}


def test_what_an_operator_added_to_the_bucket_stays(
    provisioner: AwsProvisioner, tls_clients: AwsClients, names: ResourceNames
) -> None:
    bucket = names.bucket
    tls_clients.s3.create_bucket(Bucket=bucket)
    theirs = {
        "Sid": "TheirAuditors",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/results/*",
    }
    tls_clients.s3.put_bucket_policy(
        Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [theirs]})
    )
    tls_clients.s3.put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "theirs",
                    "Status": "Enabled",
                    "Filter": {"Prefix": "results/"},
                    "Expiration": {"Days": 90},
                }
            ]
        },
    )
    tls_clients.s3.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]
        },
    )

    provision(provisioner)

    policy = json.loads(tls_clients.s3.get_bucket_policy(Bucket=bucket)["Policy"])
    rules = tls_clients.s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    (rule,) = tls_clients.s3.get_bucket_encryption(Bucket=bucket)[
        "ServerSideEncryptionConfiguration"
    ]["Rules"]
    assert [it["Sid"] for it in policy["Statement"]] == ["TheirAuditors", "DenyPlainHttp"]
    assert [it["ID"] for it in rules] == ["theirs", "AbortUnfinishedUploads", "ExpireProbes"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"


def test_the_key_that_an_operator_chose_for_a_queue_stays(
    provisioner: AwsProvisioner, tls_clients: AwsClients, names: ResourceNames
) -> None:
    provision(provisioner)
    choose_key(tls_clients, names.queue)
    assert changes(provisioner) == {}
    set_queue_attribute(tls_clients, names.queue, "VisibilityTimeout", "30")

    changed = changes(provisioner)

    assert changed == {names.queue: ("VisibilityTimeout",)}
    attributes = queue_attributes(tls_clients, names.queue)
    assert attributes["KmsMasterKeyId"] == KEY
    assert attributes["SqsManagedSseEnabled"] == "false"


def test_a_queue_without_any_encryption_gets_it(
    provisioner: AwsProvisioner, tls_clients: AwsClients, names: ResourceNames
) -> None:
    provision(provisioner)
    choose_key(tls_clients, names.queue, key="")

    assert changes(provisioner) == {names.queue: ("SqsManagedSseEnabled",)}


def test_a_run_that_broke_off_is_finished_by_the_next(
    provisioner: AwsProvisioner, tls_clients: AwsClients, names: ResourceNames
) -> None:
    tls_clients.s3.create_bucket(Bucket=names.bucket)
    tls_clients.sqs.create_queue(QueueName=names.dead_letter_queue)

    provision(provisioner)

    assert changes(provisioner) == {}
    assert json.loads(queue_attributes(tls_clients, names.dead_letter_queue)["Policy"])["Statement"]
