"""What AWS refused, kept in words so that the rest can go on."""

from collections.abc import Generator
from contextlib import contextmanager

from botocore.exceptions import ClientError, ParamValidationError

from adapters.aws.actions import action_of
from adapters.aws.advice import is_not_allowed
from adapters.aws.errors import code_of


class Refusals:
    """The refusals that one resource met, as whoever runs the command reads them.

    These words name the account and repeat the service's own, which an error that an
    uploader may see never does.
    """

    def __init__(self, identity: str) -> None:
        self._identity = identity
        self._texts: list[str] = []

    @property
    def texts(self) -> tuple[str, ...]:
        """Each refusal once, in the order they were met."""
        return tuple(dict.fromkeys(self._texts))

    def add(self, text: str) -> None:
        """Keeps a refusal in those words."""
        self._texts.append(text)

    @contextmanager
    def kept(self) -> Generator[None]:
        """Keeps a refusal, which ends the block; whatever may pass by itself goes on up."""
        try:
            yield
        except ParamValidationError as error:
            self.add(" ".join(str(error).split()))
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
                raise
            self.add(self._text(error))

    def _text(self, error: ClientError) -> str:
        if is_not_allowed(error):
            return f"{self._identity} may not {action_of(error.operation_name)}"
        message = error.response["Error"].get("Message", "")
        return f"{error.operation_name} was answered with {code_of(error)}: {message}"
