"""What the database and its driver raise, in the words of the ports."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from sqlalchemy import Column
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoFreeConnectionError

from adapters.sql import sqlstates
from adapters.sql.tables import metadata
from application.errors import (
    AmbiguousCommitError,
    ApplicationError,
    ConfigurationError,
    DatabaseFullError,
    DatabaseUnavailableError,
    DependencyError,
    QueueUnavailableError,
)

Violations = Mapping[str, ApplicationError]
"""What it means to the caller when the constraint of that name is violated."""

NO_VIOLATIONS: Violations = MappingProxyType({})


class ConstraintViolationError(Exception):
    """The database refused a row that should never have been made: a defect of ours."""

    def __init__(self, constraint: str) -> None:
        super().__init__(f"the database refuses a row: {constraint}")
        self.constraint = constraint


@contextmanager
def database_errors(
    *, violations: Violations = NO_VIOLATIONS, is_committing: bool = False
) -> Iterator[None]:
    """Lets no error of SQLAlchemy or the driver out of its block.

    Raises DatabaseUnavailableError or one of its kind, ConfigurationError, what `violations` names, or
    ConstraintViolationError. Misuse of SQLAlchemy is a defect of ours and passes.
    """
    try:
        yield
    except IntegrityError as error:
        constraint = _violated_constraint(error)
        raise violations.get(constraint) or ConstraintViolationError(constraint) from error
    except DBAPIError as error:
        raise _translated(error, is_committing=is_committing) from error
    except NoFreeConnectionError as error:
        raise DatabaseUnavailableError("every connection stayed in use") from error


@contextmanager
def queue_errors() -> Iterator[None]:
    """Turns the database's errors into those of the queue that is kept in it."""
    try:
        yield
    except DatabaseUnavailableError as error:
        raise QueueUnavailableError(error.reason) from error


def _translated(error: DBAPIError, *, is_committing: bool) -> DependencyError:
    translated = _of_sqlite if isinstance(error.orig, sqlite3.Error) else _of_postgresql
    return translated(error, is_committing=is_committing)


def _of_sqlite(error: DBAPIError, *, is_committing: bool) -> DatabaseUnavailableError:
    match _sqlite_code(error):
        case sqlite3.SQLITE_FULL:
            return DatabaseFullError("the disk is full")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return DatabaseUnavailableError("other writers kept it busy for too long")
        case sqlite3.SQLITE_IOERR if is_committing:
            # The commit may have reached the log before the error did, and would then be
            # found there after a crash.
            return AmbiguousCommitError(str(error.orig))
    if is_committing and error.connection_invalidated:
        return AmbiguousCommitError(str(error.orig))
    return DatabaseUnavailableError(str(error.orig))


def _of_postgresql(error: DBAPIError, *, is_committing: bool) -> DependencyError:
    code: str | None = getattr(error.orig, "sqlstate", None)
    reason = _reason(error)
    if is_committing and (error.connection_invalidated or code in sqlstates.OUTCOME_UNKNOWN):
        return AmbiguousCommitError(reason)
    if code == sqlstates.DISK_FULL:
        return DatabaseFullError("the disk is full")
    if code in sqlstates.MISCONFIGURED or (
        code is None and sqlstates.is_refused_at_the_door(reason)
    ):
        return ConfigurationError("database", reason)
    return DatabaseUnavailableError(reason)


def _reason(error: DBAPIError) -> str:
    """The server's main line; the others may hold a row's values."""
    diagnosis = getattr(error.orig, "diag", None)
    return (diagnosis and diagnosis.message_primary) or " ".join(str(error.orig).split())


def _sqlite_code(error: DBAPIError) -> int | None:
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    # The upper bytes hold the extended code, which says more than is needed here.
    return None if code is None else code & 0xFF


def _violated_constraint(error: IntegrityError) -> str:
    """The constraint's name, or what SQLite says of one that it does not name."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name or f"{diagnosis.table_name}.{diagnosis.column_name}"
    _, _, subject = str(error.orig).partition("constraint failed: ")
    return _UNIQUE_CONSTRAINTS.get(subject, subject)


def _sqlite_name(column: Column[object]) -> str:
    return f"{column.table.name}.{column.name}"


# SQLite names a violated primary key by its columns alone.
_UNIQUE_CONSTRAINTS = {
    ", ".join(map(_sqlite_name, table.primary_key)): str(table.primary_key.name)
    for table in metadata.sorted_tables
}
