"""The comparison says what differs, what was not seen, and what to do."""

from adapters.aws.blueprint import ResourceNames
from adapters.aws.clients import AwsClients
from adapters.aws.provisioning import AwsProvisioner
from adapters.aws.setup_probe import AwsSetupProbe
from application.ports.probe import ProbeStatus
from tests.adapters.aws.provisioned import (
    choose_key,
    clients_of_user,
    provision,
    queue_attributes,
    set_queue_attribute,
    subscription_arn,
)
from tests.emulated_aws import EmulatedAws


def test_before_anything_is_provisioned_everything_is_missing(
    tls_clients: AwsClients, names: ResourceNames
) -> None:
    found = AwsSetupProbe(tls_clients, names).check()

    assert found.status is ProbeStatus.WRONG
    assert f"bucket {names.bucket} is missing" in found.finding
    assert f"subscription {names.topic} to {names.queue} is missing" in found.finding
    assert found.hint == "run `gristmill provision`"


def test_after_provisioning_nothing_differs(
    provisioner: AwsProvisioner, tls_clients: AwsClients, names: ResourceNames
) -> None:
    provision(provisioner)

    found = AwsSetupProbe(tls_clients, names).check()

    assert (found.status, found.finding) == (ProbeStatus.OK, "as `gristmill provision` makes it")


def test_what_drifted_is_named(
    provisioner: AwsProvisioner, tls_clients: AwsClients, names: ResourceNames
) -> None:
    provision(provisioner)
    set_queue_attribute(tls_clients, names.queue, "VisibilityTimeout", "30")

    found = AwsSetupProbe(tls_clients, names).check()

    assert (found.status, found.finding, found.hint) == (
        ProbeStatus.WRONG,
        f"queue {names.queue} differs in VisibilityTimeout",
        "run `gristmill provision`",
    )


def test_an_encryption_by_a_key_of_the_operators_is_nothing_wrong(
    provisioner: AwsProvisioner, tls_clients: AwsClients, names: ResourceNames
) -> None:
    provision(provisioner)
    for queue in (names.queue, names.dead_letter_queue, names.undelivered_queue):
        choose_key(tls_clients, queue)

    found = AwsSetupProbe(tls_clients, names).check()

    assert (found.status, found.finding) == (ProbeStatus.OK, "as `gristmill provision` makes it")


def test_dead_letters_that_were_cut_off_are_named(
    provisioner: AwsProvisioner, tls_clients: AwsClients, names: ResourceNames
) -> None:
    provision(provisioner)
    attributes = queue_attributes(tls_clients, names.queue)
    url = tls_clients.sqs.get_queue_url(QueueName=names.queue)["QueueUrl"]
    tls_clients.sqs.set_queue_attributes(
        QueueUrl=url, Attributes={"RedrivePolicy": "", "Policy": attributes["Policy"]}
    )

    found = AwsSetupProbe(tls_clients, names).check()

    assert found.finding == f"queue {names.queue} differs in RedrivePolicy"


def test_a_queue_that_anybody_may_fill_is_named(
    provisioner: AwsProvisioner, tls_clients: AwsClients, names: ResourceNames
) -> None:
    provision(provisioner)
    right = queue_attributes(tls_clients, names.queue)["Policy"]
    wrong = right.replace(f":{names.topic}", ":*")
    set_queue_attribute(tls_clients, names.queue, "Policy", wrong)

    found = AwsSetupProbe(tls_clients, names).check()

    assert wrong != right
    assert found.finding == f"queue {names.queue} differs in Policy"


def test_a_subscription_that_was_removed_is_named(
    provisioner: AwsProvisioner, tls_clients: AwsClients, names: ResourceNames
) -> None:
    provision(provisioner)
    tls_clients.sns.unsubscribe(SubscriptionArn=subscription_arn(tls_clients, names))

    found = AwsSetupProbe(tls_clients, names).check()

    assert found.finding == f"subscription {names.topic} to {names.queue} is missing"


def test_what_these_credentials_may_not_see_is_told_and_is_nothing_wrong(
    provisioner: AwsProvisioner, names: ResourceNames, emulated_aws: EmulatedAws
) -> None:
    provision(provisioner)

    with clients_of_user(emulated_aws, allowed=["s3:*", "sqs:*"]) as worker:
        found = AwsSetupProbe(worker, names).check()

    assert found.status is ProbeStatus.SKIPPED
    assert found.finding.startswith("right as far as it was compared; not compared: arn:aws:iam::")
    assert "may not sns:GetTopicAttributes" in found.finding


def test_a_silent_service_is_told_from_a_wrong_set_up(
    lonely_clients: AwsClients, names: ResourceNames
) -> None:
    found = AwsSetupProbe(lonely_clients, names).check()

    assert (found.status, found.hint) == (
        ProbeStatus.WRONG,
        "check AWS_REGION, AWS_ENDPOINT_URL and the network",
    )
