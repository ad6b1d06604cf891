"""A look at the dead letters tells whether a worker gets at them, and changes none."""

from adapters.aws.clients import AwsClients
from adapters.aws.dead_letters_probe import DeadLettersProbe
from adapters.aws.sqs_dead_letter_queue import SqsDeadLetterQueue
from application.ports.probe import ProbeStatus
from tests.adapters.aws.provisioned import clients_of_user
from tests.contracts.aws_world import make_queue
from tests.emulated_aws import EmulatedAws


def test_a_queue_without_letters_is_right(clients: AwsClients) -> None:
    url = make_queue(clients)

    found = DeadLettersProbe(clients, lambda: url).check()

    assert (found.status, found.finding) == (
        ProbeStatus.OK,
        "none was found; whether they can be hidden and deleted was not seen",
    )


def test_a_letter_stays_where_every_worker_sees_it(clients: AwsClients) -> None:
    url = make_queue(clients)
    clients.sqs.send_message(QueueUrl=url, MessageBody="letter")

    found = DeadLettersProbe(clients, lambda: url).check()

    assert found.status is ProbeStatus.OK
    assert found.finding.startswith("at least one lies there")
    [letter] = SqsDeadLetterQueue(clients, lambda: url).receive(limit=10)
    assert letter.body == "letter"


def test_a_queue_that_is_not_there_is_told(clients: AwsClients) -> None:
    found = DeadLettersProbe(clients, lambda: f"{make_queue(clients)}-gone").check()

    assert found.status is ProbeStatus.WRONG
    assert found.finding.startswith("the queue cannot be received from: ReceiveMessage was")
    assert found.hint.startswith("run `gristmill provision`")


def test_a_right_that_is_missing_is_named(clients: AwsClients, emulated_aws: EmulatedAws) -> None:
    url = make_queue(clients)

    with clients_of_user(emulated_aws, allowed=["*"], denied=["sqs:ReceiveMessage"]) as lesser:
        found = DeadLettersProbe(lesser, lambda: url).check()

    assert found.status is ProbeStatus.WRONG
    assert found.hint.startswith("these credentials need sqs:ReceiveMessage")
