"""What an attempt's error says about the file, the service, or what it stands on."""

from application.errors import (
    ApplicationError,
    ConcurrentUpdateError,
    ContentChangedError,
    ContentNotFoundError,
    DatabaseFullError,
    DependencyError,
    ResourceLimitError,
    StorageFullError,
)
from domain.fault import Fault, FaultKind


def fault_of(error: Exception | None) -> Fault:
    """Whose fault an attempt's error is, in words that give nothing away."""
    match error:
        case ContentNotFoundError() | ContentChangedError():
            return Fault(
                kind=FaultKind.INPUT, code=error.code, message="the stored content is not there"
            )
        case ResourceLimitError():
            return Fault(kind=FaultKind.FAILURE, code=error.code, message=str(error))
        case StorageFullError() | DatabaseFullError():
            return Fault(
                kind=FaultKind.DEPENDENCY, code=error.code, message="there was no room left"
            )
        case DependencyError() | ConcurrentUpdateError():
            return Fault(
                kind=FaultKind.DEPENDENCY,
                code="dependency_unavailable",
                message="a part of the service was not available",
            )
        case ApplicationError():
            return Fault(kind=FaultKind.FAILURE, code=error.code, message=str(error))
        case _:
            return Fault(
                kind=FaultKind.FAILURE,
                code="internal_error",
                message="the service failed on this file",
            )
