"""Whose credentials these are, and where they lead: Amazon knows, so nobody configures it."""

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from adapters.aws.advice import advice
from adapters.aws.blueprint import Place
from adapters.aws.clients import AwsClients
from adapters.aws.errors import code_of, queue_errors
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
        return ask_identity(clients)
    except ConfigurationError as error:
        raise ConfigurationError("AWS", f"{refusal(error)}; {advice(error)}") from error


def place_of(clients: AwsClients) -> Place:
    """Where the credentials lead; raises ConfigurationError, QueueUnavailableError."""
    return ask_identity(clients).place


def ask_identity(clients: AwsClients) -> Identity:
    """The same as `identity_of`, with errors as they are for everybody."""
    with queue_errors():
        answer = clients.sts.get_caller_identity()
        region = clients.region
    arn = answer["Arn"]
    return Identity(
        arn=arn, place=Place(partition=arn.split(":")[1], region=region, account=answer["Account"])
    )


def refusal(error: ConfigurationError) -> str:
    """Why AWS does not know who calls."""
    cause = error.__cause__
    if isinstance(cause, ClientError):
        return f"the credentials are refused ({code_of(cause)})"
    return str(cause) if isinstance(cause, BotoCoreError) else error.reason
