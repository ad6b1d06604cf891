"""CloudFormation and `gristmill provision` make the same."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from adapters.aws.blueprint import ResourceNames
from adapters.aws.clients import AwsClients
from adapters.aws.policies import canonical
from adapters.aws.provisioning import AwsProvisioner
from tests.adapters.aws.cloudformation import TEMPLATE, Template, as_attribute
from tests.adapters.aws.provisioned import ACCOUNT, provision, queue_attributes, subscription_arn
from tests.emulated_aws import REGION, EmulatedAws, unique_name


@contextmanager
def noted_requests(client: Any, operation: str) -> Iterator[list[dict[str, Any]]]:
    """The requests for that operation, which hold more than the emulator keeps."""
    requests: list[dict[str, Any]] = []

    def note(params: dict[str, Any], **_: object) -> None:
        requests.append(params.copy())

    event = f"provide-client-params.*.{operation}"
    client.meta.events.register(event, note, unique_id="requests")
    yield requests
    client.meta.events.unregister(event, unique_id="requests")


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
        self, provisioner: AwsProvisioner, template: Template, tls_clients: AwsClients
    ) -> None:
        with noted_requests(tls_clients.sqs, "CreateQueue") as requests:
            provision(provisioner)

        sent = {
            request["QueueName"]: {
                name: canonical(_read(text)) for name, text in request["Attributes"].items()
            }
            for request in requests
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
        tls_clients: AwsClients,
        names: ResourceNames,
    ) -> None:
        provision(provisioner)

        (name,) = template.resources_by_type["AWS::SNS::Subscription"]
        actual = tls_clients.sns.get_subscription_attributes(
            SubscriptionArn=subscription_arn(tls_clients, names)
        )["Attributes"]
        for key, value in template.properties(name).items():
            assert canonical(_read(actual[key])) == canonical(_read(as_attribute(value))), key

    def test_the_topics_are_the_same(
        self, provisioner: AwsProvisioner, template: Template, tls_clients: AwsClients
    ) -> None:
        with noted_requests(tls_clients.sns, "CreateTopic") as sent:
            provision(provisioner)

        topics = map(template.properties, template.resources_by_type["AWS::SNS::Topic"])
        assert [{"TopicName": request.pop("Name"), **request} for request in sent] == list(topics)

    def test_the_bucket_is_the_same(
        self,
        provisioner: AwsProvisioner,
        template: Template,
        tls_clients: AwsClients,
        names: ResourceNames,
    ) -> None:
        provision(provisioner)

        bucket, s3 = names.bucket, tls_clients.s3
        policy = s3.get_bucket_policy(Bucket=bucket)["Policy"]
        (encryption,) = s3.get_bucket_encryption(Bucket=bucket)[
            "ServerSideEncryptionConfiguration"
        ]["Rules"]
        rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
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
            "LifecycleConfiguration": {"Rules": [self.rule_of_template(rule) for rule in rules]},
        }
        assert canonical(template.properties("BucketPolicy")["PolicyDocument"]) == canonical(
            json.loads(policy)
        )

    @staticmethod
    def rule_of_template(rule: Any) -> dict[str, Any]:
        """A lifecycle rule of S3's, as CloudFormation writes it."""
        written: dict[str, Any] = {"Id": rule["ID"], "Status": rule["Status"]}
        if rule["Filter"]["Prefix"]:
            written["Prefix"] = rule["Filter"]["Prefix"]
        if "Expiration" in rule:
            written["ExpirationInDays"] = rule["Expiration"]["Days"]
        if "AbortIncompleteMultipartUpload" in rule:
            written["AbortIncompleteMultipartUpload"] = rule["AbortIncompleteMultipartUpload"]
        return written

    # The emulator deploys no policies of buckets and queues and no subscriptions: those are
    # compared above, as the template states them.
    @pytest.mark.filterwarnings("ignore:Tried to parse AWS")
    def test_it_can_be_deployed(self, tls_clients: AwsClients, emulated_aws: EmulatedAws) -> None:
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
        assert queue_attributes(tls_clients, "file-processing-queue")["VisibilityTimeout"] == "300"


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
