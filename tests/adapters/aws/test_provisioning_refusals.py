"""What provisioning is refused it tells in plain words, and does the rest."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.stub import Stubber

from adapters.aws.blueprint import Redelivery, ResourceNames
from adapters.aws.clients import AwsClients
from adapters.aws.provisioning import AwsProvisioner
from application.errors import ConfigurationError, QueueUnavailableError
from application.ports.infrastructure import ProvisionedResource
from tests.adapters.aws.provisioned import (
    ACCOUNT,
    changes,
    clients_by_tls,
    clients_of_user,
    provision,
    queue_attributes,
    refusals,
    subscription_arn,
)
from tests.emulated_aws import REGION, EmulatedAws

NO_SUCH_QUEUE = "AWS.SimpleQueueService.NonExistentQueue"


def test_one_missing_permission_is_named_and_the_rest_is_done(
    names: ResourceNames, emulated_aws: EmulatedAws, tls_clients: AwsClients
) -> None:
    with clients_of_user(
        emulated_aws, allowed=["*"], denied=["s3:PutLifecycleConfiguration"]
    ) as operator:
        made = list(AwsProvisioner(operator, names).provision())

    assert [it.changes for it in made] == [("missing",)] * 7
    (refused,) = (it for it in made if it.refusals)
    assert refused.name == names.bucket
    assert len(refused.refusals) == 1
    assert refused.refusals[0].startswith(f"arn:aws:iam::{ACCOUNT}:user/")
    assert refused.refusals[0].endswith(" may not s3:PutLifecycleConfiguration")
    assert changes(AwsProvisioner(tls_clients, names)) == {names.bucket: ("Lifecycle",)}


def test_a_change_that_was_refused_is_not_told_as_done(
    provisioner: AwsProvisioner,
    names: ResourceNames,
    emulated_aws: EmulatedAws,
    tls_clients: AwsClients,
) -> None:
    provision(provisioner)
    tls_clients.s3.delete_bucket_lifecycle(Bucket=names.bucket)
    tls_clients.s3.delete_public_access_block(Bucket=names.bucket)

    with clients_of_user(
        emulated_aws, allowed=["*"], denied=["s3:PutLifecycleConfiguration"]
    ) as operator:
        (bucket, *_) = AwsProvisioner(operator, names).provision()

    assert bucket.changes == ("PublicAccessBlock",)
    assert len(bucket.refusals) == 1


def test_who_may_not_make_queues_still_makes_the_bucket_and_the_topics(
    names: ResourceNames, emulated_aws: EmulatedAws
) -> None:
    with clients_of_user(emulated_aws, allowed=["*"], denied=["sqs:CreateQueue"]) as operator:
        made = list(AwsProvisioner(operator, names).provision())

    done = [it.name for it in made if it.changes == ("missing",)]
    assert done[:3] == [names.bucket, names.topic, names.events_topic]
    refused = {it.name: it.refusals[0] for it in made if it.kind == "queue"}
    assert list(refused) == [names.dead_letter_queue, names.undelivered_queue, names.queue]
    assert all(text.endswith(" may not sqs:CreateQueue") for text in refused.values())


def test_keys_that_do_not_exist_are_refused_with_what_to_do(
    names: ResourceNames, lonely_clients: AwsClients
) -> None:
    with Stubber(lonely_clients.sts) as sts:
        sts.add_client_error("get_caller_identity", "InvalidClientTokenId", http_status_code=403)

        with pytest.raises(ConfigurationError, match="check AWS_ACCESS_KEY_ID or AWS_PROFILE"):
            next(AwsProvisioner(lonely_clients, names).provision())


def test_without_credentials_it_says_where_they_are_looked_for(
    names: ResourceNames, emulated_aws: EmulatedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    clients = emulated_aws.clients()

    with pytest.raises(ConfigurationError, match="Unable to locate credentials; set AWS_PROFILE"):
        AwsProvisioner(clients, names).target()
    clients.close()


def test_a_silent_service_ends_the_run(lonely_clients: AwsClients, names: ResourceNames) -> None:
    with pytest.raises(QueueUnavailableError):
        next(AwsProvisioner(lonely_clients, names).provision())


def test_it_says_whose_resources_it_makes(provisioner: AwsProvisioner) -> None:
    assert provisioner.target() == f"arn:aws:sts::{ACCOUNT}:user/moto in {REGION}"


def test_a_bucket_that_these_credentials_may_not_see_is_refused(
    tls_clients: AwsClients, provisioner: AwsProvisioner, names: ResourceNames
) -> None:
    with Stubber(tls_clients.s3) as s3:
        s3.add_client_error("head_bucket", "403", http_status_code=403)

        refused = refusals(provisioner)

    assert "belongs to another account, or these" in refused[names.bucket][0]
    assert list(refused) == [names.bucket]


def test_a_name_that_somebody_else_took_meanwhile_is_refused(
    tls_clients: AwsClients, provisioner: AwsProvisioner, names: ResourceNames
) -> None:
    with Stubber(tls_clients.s3) as s3:
        s3.add_client_error("head_bucket", "404", http_status_code=404)
        s3.add_client_error("create_bucket", "BucketAlreadyExists", http_status_code=409)

        refused = refusals(provisioner)

    assert "choose another name (GRISTMILL_S3_BUCKET)" in refused[names.bucket][0]


def test_a_name_that_no_bucket_can_have_is_refused(tls_clients: AwsClients) -> None:
    names = ResourceNames(bucket="no such/name")

    (bucket, *_) = AwsProvisioner(tls_clients, names).provision()

    assert bucket.changes == ()
    assert 'Invalid bucket name "no such/name"' in bucket.refusals[0]


def test_a_bucket_in_another_region_is_not_touched(
    emulated_aws: EmulatedAws, provisioner: AwsProvisioner, names: ResourceNames
) -> None:
    there = boto3.client("s3", region_name="eu-west-1", endpoint_url=emulated_aws.endpoint_url)
    there.create_bucket(
        Bucket=names.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    there.close()

    refused = refusals(provisioner)

    assert refused[names.bucket][0] == (
        f'the bucket "{names.bucket}" is in eu-west-1, and AWS_REGION leads to us-east-1:'
        " set it to eu-west-1, or choose another name"
    )


class TestTwoAtOnce:
    """Another machine makes the same between our look and our step."""

    def test_two_runs_at_once_leave_everything_right(
        self, emulated_aws: EmulatedAws, tls_clients: AwsClients, names: ResourceNames
    ) -> None:
        others = clients_by_tls(emulated_aws)
        together = Barrier(2, timeout=30)

        def run(some: AwsClients) -> list[ProvisionedResource]:
            together.wait()
            return list(AwsProvisioner(some, names).provision())

        with ThreadPoolExecutor(2) as pool:
            runs = list(pool.map(run, (tls_clients, others)))
        others.close()

        assert [it.refusals for made in runs for it in made] == [()] * 14
        assert changes(AwsProvisioner(tls_clients, names)) == {}

    def test_a_bucket_that_is_being_made_is_awaited_and_then_put_right(
        self, tls_clients: AwsClients, provisioner: AwsProvisioner, names: ResourceNames
    ) -> None:
        provision(provisioner)
        tls_clients.s3.delete_public_access_block(Bucket=names.bucket)

        with (
            answered(tls_clients.s3, "HeadBucket", _refusal(404, "404")),
            answered(tls_clients.s3, "CreateBucket", _refusal(409, "OperationAborted")),
        ):
            changed = changes(provisioner)

        assert changed == {names.bucket: ("missing",)}
        assert changes(provisioner) == {}

    def test_a_setting_that_conflicts_with_what_s3_is_at_is_tried_again(
        self, tls_clients: AwsClients, provisioner: AwsProvisioner, names: ResourceNames
    ) -> None:
        with conflicting_once(tls_clients.s3, "PutPublicAccessBlock"):
            provision(provisioner)

        assert changes(provisioner) == {}

    def test_a_queue_made_with_other_attributes_gets_ours(
        self, provisioner: AwsProvisioner, tls_clients: AwsClients, names: ResourceNames
    ) -> None:
        provision(AwsProvisioner(tls_clients, names, Redelivery(visibility_seconds=30)))

        # The third queue that is looked for is the one that work goes through.
        with answered(tls_clients.sqs, "GetQueueUrl", None, None, _refusal(400, NO_SUCH_QUEUE)):
            changed = changes(provisioner)

        assert changed == {names.queue: ("missing",)}
        assert queue_attributes(tls_clients, names.queue)["VisibilityTimeout"] == "300"

    def test_a_subscription_made_otherwise_gets_our_attributes(
        self, provisioner: AwsProvisioner, tls_clients: AwsClients, names: ResourceNames
    ) -> None:
        provision(provisioner)
        tls_clients.sns.set_subscription_attributes(
            SubscriptionArn=subscription_arn(tls_clients, names),
            AttributeName="RawMessageDelivery",
            AttributeValue="false",
        )

        with answered(tls_clients.sns, "ListSubscriptionsByTopic", (_OK, {"Subscriptions": []})):
            changed = changes(provisioner)

        assert changed == {f"{names.topic} to {names.queue}": ("missing",)}
        assert changes(provisioner) == {}


@contextmanager
def answered(client: Any, operation: str, *answers: object) -> Iterator[None]:
    """The next calls of the operation get those answers, where None asks the emulator."""
    waiting = list(answers)

    def answer(**_: object) -> object:
        return waiting.pop(0) if waiting else None

    event, id_ = f"before-call.*.{operation}", f"answered-{operation}"
    client.meta.events.register(event, answer, unique_id=id_)
    yield
    client.meta.events.unregister(event, unique_id=id_)
    assert waiting == []


@contextmanager
def conflicting_once(s3: Any, operation: str) -> Iterator[None]:
    """S3 says of the next call of the operation that another one is in its way."""
    waiting = [b"<Error><Code>OperationAborted</Code><Message>conflict</Message></Error>"]

    def answer(request: Any, **_: object) -> AWSResponse | None:
        if not waiting:
            return None
        raw = SimpleNamespace(stream=lambda: iter([waiting.pop()]))
        return AWSResponse(request.url, 409, HTTPHeaders(), raw)

    event = f"before-send.s3.{operation}"
    s3.meta.events.register(event, answer, unique_id="conflict")
    yield
    s3.meta.events.unregister(event, unique_id="conflict")
    assert waiting == []


_OK = SimpleNamespace(status_code=200)


def _refusal(status: int, code: str) -> tuple[object, dict[str, object]]:
    return SimpleNamespace(status_code=status), {
        "Error": {"Code": code, "Message": ""},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
