"""Whose credentials these are, and where they lead: Amazon knows, so nobody configures it."""

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from adapters.aws.advice import advice
from adapters.aws.blueprint import Place
from adapters.aws.clients import AwsClients
from adapters.aws.errors import queue_errors
from application.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The user or role that calls, by its ARN, and the place of its resources."""

    arn: str
    place: Place


def identity_of(clients: AwsClients) -> Identity:
    """Asks STS, which needs no permission.

    Raises ConfigurationError for credentials or a region that lead nowhere, saying what to do
    about it, and QueueUnavailableError.
    """
    try:
        return _ask(clients)
    except ConfigurationError as error:
        raise ConfigurationError("AWS", f"{_refusal(error.__cause__)}; {advice(error)}") from error


def place_of(clients: AwsClients) -> Place:
    """Where the credentials lead; raises ConfigurationError, QueueUnavailableError."""
    return _ask(clients).place


def _ask(clients: AwsClients) -> Identity:
    with queue_errors():
        answer = clients.sts.get_caller_identity()
        region = clients.region
    arn = answer["Arn"]
    return Identity(
        arn=arn, place=Place(partition=arn.split(":")[1], region=region, account=answer["Account"])
    )


def _refusal(cause: BaseException | None) -> str:
    if isinstance(cause, ClientError):
        return "the credentials are refused"
    if isinstance(cause, BotoCoreError):
        return str(cause)
    return "nobody is there"
