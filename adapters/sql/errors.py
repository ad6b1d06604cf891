"""What the database and its driver raise, in the words of the ports."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from sqlalchemy import Column
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as NoFreeConnectionError

from adapters.sql import sqlstates
from adapters.sql.all_tables import metadata
from application.errors import (
    AmbiguousCommitError,
    ApplicationError,
    ConfigurationError,
    DatabaseBusyError,
    DatabaseFullError,
    DatabaseUnavailableError,
    DependencyError,
    QueueBusyError,
    QueueUnavailableError,
)

Violations = Mapping[str, ApplicationError]
"""What it means to the caller when the constraint of that name is violated."""

NO_VIOLATIONS: Violations = MappingProxyType({})

# A driver that refuses by itself gives no code, only a kind.
_DEFECTS = (ProgrammingError, DataError, NotSupportedError)
_SQLITE_REFUSALS = frozenset(
    {
        sqlite3.SQLITE_ERROR,  # an error in the SQL itself
        sqlite3.SQLITE_TOOBIG,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_MISUSE,
        sqlite3.SQLITE_RANGE,
    }
)


class RefusedStatementError(Exception):
    """The database was asked for what cannot be asked for: a defect of ours, or a bad value.

    Tried again, it is refused again, so it is none of the errors that may pass.
    """


class ConstraintViolationError(RefusedStatementError):
    """The database refused a row that should never have been made."""

    def __init__(self, constraint: str) -> None:
        super().__init__(f"the database refuses a row: {constraint}")
        self.constraint = constraint


@contextmanager
def database_errors(
    *, violations: Violations = NO_VIOLATIONS, is_committing: bool = False
) -> Iterator[None]:
    """Lets no error of SQLAlchemy or the driver out of its block.

    Raises DatabaseUnavailableError or one of its kind, ConfigurationError, what `violations`
    names, or RefusedStatementError. Misuse of SQLAlchemy is a defect of ours and passes.
    """
    try:
        yield
    except IntegrityError as error:
        constraint = _violated_constraint(error)
        raise violations.get(constraint) or ConstraintViolationError(constraint) from error
    except DBAPIError as error:
        raise _translated(error, is_committing=is_committing) from error
    except NoFreeConnectionError as error:
        # Of ours all are at work: what that says of the database they tell themselves.
        raise DatabaseBusyError("every connection stayed in use") from error


@contextmanager
def queue_errors() -> Iterator[None]:
    """Turns the database's errors into those of the queue that is kept in it."""
    try:
        yield
    except DatabaseBusyError as error:
        raise QueueBusyError(error.reason) from error
    except DatabaseUnavailableError as error:
        raise QueueUnavailableError(error.reason) from error


def _translated(
    error: DBAPIError, *, is_committing: bool
) -> DependencyError | RefusedStatementError:
    translated = _of_sqlite if isinstance(error.orig, sqlite3.Error) else _of_postgresql
    return translated(error, is_committing=is_committing)


def _of_sqlite(
    error: DBAPIError, *, is_committing: bool
) -> DatabaseUnavailableError | RefusedStatementError:
    code, reason = _sqlite_code(error), str(error.orig)
    match code:
        case sqlite3.SQLITE_FULL:
            return DatabaseFullError("the disk is full")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return DatabaseBusyError("other writers kept it busy for too long")
        case sqlite3.SQLITE_IOERR if is_committing:
            # The commit may have reached the log before the error did, and would then be
            # found there after a crash.
            return AmbiguousCommitError(reason)
    if is_committing and error.connection_invalidated:
        return AmbiguousCommitError(reason)
    # Without its tables the database is not the one that we began with: a restore is under
    # way, for one. SQLite has the same code for that and for a mistyped statement.
    if code in _SQLITE_REFUSALS and not reason.startswith("no such table"):
        return RefusedStatementError(reason)
    if code is None and isinstance(error, _DEFECTS) and not error.connection_invalidated:
        return RefusedStatementError(reason)
    return DatabaseUnavailableError(reason)


def _of_postgresql(
    error: DBAPIError, *, is_committing: bool
) -> DependencyError | RefusedStatementError:
    code: str | None = getattr(error.orig, "sqlstate", None)
    reason = _reason(error)
    if is_committing and (error.connection_invalidated or code in sqlstates.OUTCOME_UNKNOWN):
        return AmbiguousCommitError(reason)
    if code is None:
        return _of_the_driver(error, reason)
    if code == sqlstates.DISK_FULL:
        return DatabaseFullError("the disk is full")
    if code in sqlstates.CONTENDED:
        return DatabaseBusyError(reason)
    if code in sqlstates.MISCONFIGURED:
        return ConfigurationError("database", reason)
    if code == sqlstates.NOT_SUPPORTED and error.connection_invalidated:
        # Not for the statement's sake: the engine gave up a session on a standby.
        return DatabaseUnavailableError(reason)
    return (
        RefusedStatementError(reason)
        if sqlstates.is_refusal(code)
        else DatabaseUnavailableError(reason)
    )


def _of_the_driver(error: DBAPIError, reason: str) -> DependencyError | RefusedStatementError:
    """What psycopg says by itself, without the server's word."""
    if sqlstates.is_refused_at_the_door(reason):
        return ConfigurationError("database", reason)
    if isinstance(error, _DEFECTS) and not error.connection_invalidated:
        return RefusedStatementError(reason)
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
