"""Provisioning makes what it says, repairs what drifted, and otherwise leaves alone."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from adapters.aws.blueprint import Redelivery, ResourceNames
from adapters.aws.clients import AwsClients
from adapters.aws.policies import canonical
from adapters.aws.provisioning import AwsProvisioner, AwsSetupProbe
from application.errors import ConfigurationError, QueueUnavailableError
from tests.adapters.aws.cloudformation import TEMPLATE, Template, as_attribute
from tests.emulated_aws import REGION, EmulatedAws, unique_name

ACCOUNT = "123456789012"


@pytest.fixture
def names() -> ResourceNames:
    return ResourceNames(
        bucket=unique_name("gristmill"),
        topic=unique_name("topic"),
        events_topic=unique_name("events"),
        queue=unique_name("queue"),
        dead_letter_queue=unique_name("dlq"),
        undelivered_queue=unique_name("undelivered"),
    )


@pytest.fixture
def provisioner(clients: AwsClients, names: ResourceNames) -> AwsProvisioner:
    return AwsProvisioner(clients, names)


@pytest.fixture
def sent_to_sqs(clients: AwsClients) -> Iterator[list[dict[str, Any]]]:
    """The requests that make queues: the emulator does not keep all that is in them."""
    requests: list[dict[str, Any]] = []

    def note(params: dict[str, Any], **_: object) -> None:
        requests.append(params)

    clients.sqs.meta.events.register("provide-client-params.sqs.CreateQueue", note, "requests")
    yield requests
    clients.sqs.meta.events.unregister(
        "provide-client-params.sqs.CreateQueue", unique_id="requests"
    )


def queue_attributes(clients: AwsClients, name: str) -> dict[str, str]:
    url = clients.sqs.get_queue_url(QueueName=name)["QueueUrl"]
    answer = clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return {str(key): text for key, text in answer["Attributes"].items()}


def set_queue_attribute(clients: AwsClients, name: str, attribute: str, text: str) -> None:
    url = clients.sqs.get_queue_url(QueueName=name)["QueueUrl"]
    # The emulator forgets a policy that does not come along.
    attributes: Any = {"Policy": queue_attributes(clients, name)["Policy"], attribute: text}
    clients.sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)


def subscription_arn(clients: AwsClients, names: ResourceNames) -> str:
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:{names.topic}"
    (found,) = clients.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    return found["SubscriptionArn"]


def changes(provisioner: AwsProvisioner) -> dict[str, tuple[str, ...]]:
    """What a run changed, by the resource's name."""
    return {it.name: it.changes for it in provisioner.provision() if it.changed}


def test_the_first_run_makes_everything(provisioner: AwsProvisioner, names: ResourceNames) -> None:
    made = provisioner.provision()

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
    provisioner.provision()

    again = provisioner.provision()

    assert [it.changes for it in again] == [()] * 7


def test_other_regions_need_no_setting_of_ours(
    emulated_aws: EmulatedAws, names: ResourceNames
) -> None:
    clients = emulated_aws.clients(region="eu-central-1")

    AwsProvisioner(clients, names).provision()

    location = clients.s3.get_bucket_location(Bucket=names.bucket)["LocationConstraint"]
    policy = queue_attributes(clients, names.queue)["Policy"]
    clients.close()
    assert location == "eu-central-1"
    assert f"arn:aws:sns:eu-central-1:{ACCOUNT}:{names.topic}" in policy


def test_a_message_published_to_the_topic_arrives_raw(
    provisioner: AwsProvisioner, clients: AwsClients, names: ResourceNames
) -> None:
    provisioner.provision()

    clients.sns.publish(TopicArn=f"arn:aws:sns:{REGION}:{ACCOUNT}:{names.topic}", Message="{}")

    url = clients.sqs.get_queue_url(QueueName=names.queue)["QueueUrl"]
    (message,) = clients.sqs.receive_message(QueueUrl=url)["Messages"]
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
    clients: AwsClients,
    names: ResourceNames,
    attribute: str,
    drifted: str,
) -> None:
    provisioner.provision()
    right = queue_attributes(clients, names.queue)[attribute]
    set_queue_attribute(clients, names.queue, attribute, drifted)

    changed = changes(provisioner)

    assert changed == {names.queue: (attribute,)}
    assert queue_attributes(clients, names.queue)[attribute] == right


def test_a_new_limit_of_receives_is_set(
    provisioner: AwsProvisioner, clients: AwsClients, names: ResourceNames
) -> None:
    provisioner.provision()

    changed = changes(AwsProvisioner(clients, names, Redelivery(max_receives=5)))

    assert changed == {names.queue: ("RedrivePolicy",)}
    redrive = json.loads(queue_attributes(clients, names.queue)["RedrivePolicy"])
    assert redrive["maxReceiveCount"] == 5


def test_a_subscription_that_wraps_is_set_right(
    provisioner: AwsProvisioner, clients: AwsClients, names: ResourceNames
) -> None:
    provisioner.provision()
    clients.sns.set_subscription_attributes(
        SubscriptionArn=subscription_arn(clients, names),
        AttributeName="RawMessageDelivery",
        AttributeValue="false",
    )

    changed = changes(provisioner)

    assert changed == {f"{names.topic} to {names.queue}": ("RawMessageDelivery",)}
    assert changes(provisioner) == {}


def test_every_setting_of_the_bucket_that_drifted_is_set_again(
    provisioner: AwsProvisioner, clients: AwsClients, names: ResourceNames
) -> None:
    provisioner.provision()
    bucket = names.bucket
    clients.s3.delete_public_access_block(Bucket=bucket)
    clients.s3.delete_bucket_ownership_controls(Bucket=bucket)
    clients.s3.delete_bucket_encryption(Bucket=bucket)
    clients.s3.delete_bucket_policy(Bucket=bucket)
    clients.s3.delete_bucket_lifecycle(Bucket=bucket)
    clients.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})

    changed = changes(provisioner)

    assert changed == {
        bucket: (
            "PublicAccessBlock",
            "OwnershipControls",
            "Encryption",
            "Policy",
            "Lifecycle",
            "Versioning",
        )
    }
    assert changes(provisioner) == {}


def test_what_an_operator_added_to_the_bucket_stays(
    provisioner: AwsProvisioner, clients: AwsClients, names: ResourceNames
) -> None:
    bucket = names.bucket
    clients.s3.create_bucket(Bucket=bucket)
    theirs = {
        "Sid": "TheirAuditors",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/results/*",
    }
    clients.s3.put_bucket_policy(
        Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [theirs]})
    )
    clients.s3.put_bucket_lifecycle_configuration(
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
    clients.s3.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]
        },
    )

    provisioner.provision()

    policy = json.loads(clients.s3.get_bucket_policy(Bucket=bucket)["Policy"])
    rules = clients.s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    (rule,) = clients.s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"][
        "Rules"
    ]
    assert [it["Sid"] for it in policy["Statement"]] == ["TheirAuditors", "DenyPlainHttp"]
    assert [it["ID"] for it in rules] == ["theirs", "AbortUnfinishedUploads"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"


def test_a_run_that_broke_off_is_finished_by_the_next(
    provisioner: AwsProvisioner, clients: AwsClients, names: ResourceNames
) -> None:
    clients.s3.create_bucket(Bucket=names.bucket)
    clients.sqs.create_queue(QueueName=names.dead_letter_queue)

    provisioner.provision()

    assert changes(provisioner) == {}
    assert json.loads(queue_attributes(clients, names.dead_letter_queue)["Policy"])["Statement"]


def test_a_silent_service_is_told_from_a_wrong_set_up(
    lonely_clients: AwsClients, names: ResourceNames
) -> None:
    with pytest.raises(QueueUnavailableError):
        AwsProvisioner(lonely_clients, names).provision()

    found = AwsSetupProbe(lonely_clients, names).check()
    assert (found.ok, found.hint) == (False, "check AWS_REGION, AWS_ENDPOINT_URL and the network")


def test_a_bucket_of_somebody_else_is_refused(
    clients: AwsClients, provisioner: AwsProvisioner
) -> None:
    with Stubber(clients.s3) as s3:
        s3.add_client_error("head_bucket", "403", http_status_code=403)

        with pytest.raises(ConfigurationError, match="belongs to another account"):
            provisioner.provision()


def test_the_probe_says_what_differs_and_what_to_do(
    provisioner: AwsProvisioner, clients: AwsClients, names: ResourceNames
) -> None:
    probe = AwsSetupProbe(clients, names)
    before = probe.check()
    provisioner.provision()
    after = probe.check()
    set_queue_attribute(clients, names.queue, "VisibilityTimeout", "30")
    drifted = probe.check()

    assert not before.ok
    assert f"bucket {names.bucket} is missing" in before.finding
    assert after.ok
    assert (drifted.finding, drifted.hint) == (
        f"queue {names.queue} differs in VisibilityTimeout",
        "run `gristmill provision`",
    )


class TestTemplate:
    """CloudFormation and `gristmill provision` make the same."""

    @pytest.fixture
    def template(self, names: ResourceNames) -> Template:
        return Template(
            TEMPLATE,
            {
                "BucketName": names.bucket,
                "TopicName": names.topic,
                "EventsTopicName": names.events_topic,
                "QueueName": names.queue,
                "DeadLetterQueueName": names.dead_letter_queue,
                "UndeliveredQueueName": names.undelivered_queue,
            },
            {"AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::Partition": "aws"},
        )

    def test_each_queue_has_the_same_attributes(
        self,
        provisioner: AwsProvisioner,
        template: Template,
        sent_to_sqs: list[dict[str, Any]],
    ) -> None:
        provisioner.provision()

        sent = {
            request["QueueName"]: {
                name: canonical(_read(text)) for name, text in request["Attributes"].items()
            }
            for request in sent_to_sqs
        }
        assert sent == {
            queue["QueueName"]: {
                name: canonical(_read(as_attribute(value)))
                for name, value in queue.items()
                if name != "QueueName"
            }
            for queue in map(self.queue_of(template), template.resources_by_type["AWS::SQS::Queue"])
        }

    @staticmethod
    def queue_of(template: Template) -> Any:
        """A queue's properties, its policy, which is a resource of its own, among them."""
        policies = {
            queue: policy["PolicyDocument"]
            for policy in map(
                template.properties, template.resources_by_type["AWS::SQS::QueuePolicy"]
            )
            for queue in policy["Queues"]
        }

        def properties(name: str) -> dict[str, Any]:
            queue = template.properties(name)
            return queue | {"Policy": policies[queue["QueueName"]]}

        return properties

    def test_the_subscription_is_the_same(
        self,
        provisioner: AwsProvisioner,
        template: Template,
        clients: AwsClients,
        names: ResourceNames,
    ) -> None:
        provisioner.provision()

        (name,) = template.resources_by_type["AWS::SNS::Subscription"]
        actual = clients.sns.get_subscription_attributes(
            SubscriptionArn=subscription_arn(clients, names)
        )["Attributes"]
        for key, value in template.properties(name).items():
            assert canonical(_read(actual[key])) == canonical(_read(as_attribute(value))), key

    def test_the_topics_are_the_same(self, template: Template, names: ResourceNames) -> None:
        topics = map(template.properties, template.resources_by_type["AWS::SNS::Topic"])

        assert list(topics) == [{"TopicName": names.topic}, {"TopicName": names.events_topic}]

    def test_the_bucket_is_the_same(
        self,
        provisioner: AwsProvisioner,
        template: Template,
        clients: AwsClients,
        names: ResourceNames,
    ) -> None:
        provisioner.provision()

        bucket, s3 = names.bucket, clients.s3
        policy = s3.get_bucket_policy(Bucket=bucket)["Policy"]
        (encryption,) = s3.get_bucket_encryption(Bucket=bucket)[
            "ServerSideEncryptionConfiguration"
        ]["Rules"]
        (rule,) = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
        assert template.properties("Bucket") == {
            "BucketName": bucket,
            "PublicAccessBlockConfiguration": s3.get_public_access_block(Bucket=bucket)[
                "PublicAccessBlockConfiguration"
            ],
            "OwnershipControls": s3.get_bucket_ownership_controls(Bucket=bucket)[
                "OwnershipControls"
            ],
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {
                        "ServerSideEncryptionByDefault": encryption[
                            "ApplyServerSideEncryptionByDefault"
                        ]
                    }
                ]
            },
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "Id": rule["ID"],
                        "Status": rule["Status"],
                        "AbortIncompleteMultipartUpload": rule["AbortIncompleteMultipartUpload"],
                    }
                ]
            },
        }
        assert rule["Filter"] == {"Prefix": ""}
        assert canonical(template.properties("BucketPolicy")["PolicyDocument"]) == canonical(
            json.loads(policy)
        )

    @pytest.mark.parametrize("policy", ["ApiPolicy", "WorkerPolicy"])
    def test_both_roles_may_remove_what_a_deleted_file_has_left(
        self, template: Template, names: ResourceNames, policy: str
    ) -> None:
        bucket = f"arn:aws:s3:::{names.bucket}"
        allowed = {
            (action, resource)
            for statement in template.properties(policy)["PolicyDocument"]["Statement"]
            for action in as_list(statement["Action"])
            for resource in as_list(statement["Resource"])
        }

        assert {
            ("s3:ListBucket", bucket),
            ("s3:DeleteObject", f"{bucket}/uploads/*"),
            ("s3:DeleteObject", f"{bucket}/results/*"),
        } <= allowed

    # The emulator deploys no policies of buckets and queues and no subscriptions: those are
    # compared above, as the template states them.
    @pytest.mark.filterwarnings("ignore:Tried to parse AWS")
    def test_it_can_be_deployed(self, clients: AwsClients, emulated_aws: EmulatedAws) -> None:
        bucket = unique_name("stacked")
        stacks = boto3.client(
            "cloudformation", region_name=REGION, endpoint_url=emulated_aws.endpoint_url
        )

        stack = unique_name("gristmill")
        stacks.create_stack(
            StackName=stack,
            TemplateBody=TEMPLATE.read_text("utf-8"),
            Parameters=[{"ParameterKey": "BucketName", "ParameterValue": bucket}],
            Capabilities=["CAPABILITY_IAM"],
        )

        (deployed,) = stacks.describe_stacks(StackName=stack)["Stacks"]
        stacks.close()
        outputs = {it["OutputKey"]: it["OutputValue"] for it in deployed["Outputs"]}
        assert deployed["StackStatus"] == "CREATE_COMPLETE"
        assert outputs["BucketName"] == bucket
        assert queue_attributes(clients, "file-processing-queue")["VisibilityTimeout"] == "300"


def as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _read(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def test_the_template_passes_the_linter() -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), "--non-zero-exit-code", "warning", TEMPLATE],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (linted.returncode, linted.stdout) == (0, "")
