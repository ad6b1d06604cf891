"""Errors of the engine's port on their way from the child to the caller."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from adapters.sandbox.frames import BrokenFrameError
from adapters.sandbox.messages import Refused
from application.errors import ApplicationError, ResourceLimitError, StorageUnavailableError
from domain.errors import DomainError, InvalidOptionError


def refusal_of(error: ApplicationError | DomainError) -> Refused | None:
    """The error as a message, None when an engine has no business raising it."""
    match error:
        case InvalidOptionError(option=option, value=value, expected=expected):
            return Refused(error=InvalidOptionError.__name__, arguments=(option, value, expected))
        case StorageUnavailableError(reason=reason):
            return Refused(error=StorageUnavailableError.__name__, arguments=(reason,))
        case ResourceLimitError():
            return Refused(error=ResourceLimitError.__name__, arguments=(str(error),))
    return None


_ERRORS: Final[Mapping[str, tuple[type[ApplicationError | DomainError], int]]] = MappingProxyType(
    {
        InvalidOptionError.__name__: (InvalidOptionError, 3),
        StorageUnavailableError.__name__: (StorageUnavailableError, 1),
        ResourceLimitError.__name__: (ResourceLimitError, 1),
    }
)


def error_of(refused: Refused) -> ApplicationError | DomainError:
    """The error that the message stands for. Raises BrokenFrameError when it is none of those."""
    error, count = _ERRORS.get(refused.error, (ApplicationError, -1))
    if len(refused.arguments) != count:
        raise BrokenFrameError(f"no error: {refused}")
    return error(*refused.arguments)
