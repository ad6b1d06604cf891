"""One open transaction."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, Executable, Row

from adapters.sql.engine import for_writing
from adapters.sql.errors import NO_VIOLATIONS, Violations, database_errors
from adapters.sql.options import HAS_SERVER_TIME
from application.errors import DatabaseUnavailableError

Values = Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""The values of one row, or of several; `Any` because SQLAlchemy checks them, not mypy."""


class SqlTransaction:
    """A transaction, through which every statement passes, so that no library error gets out.

    A context manager: it begins on entering, and rolls back on leaving unless committed.
    Belongs to one thread. A statement that fails ends the transaction: PostgreSQL demands
    it, and SQLite sometimes has rolled back by then and would take what follows as
    transactions of their own.
    """

    def __init__(self, engine: Engine, *, writes: bool) -> None:
        self._engine = for_writing(engine) if writes else engine
        self._writes = writes
        self._open_connection: Connection | None = None
        self._has_failed = False

    def __enter__(self) -> Self:
        with database_errors():
            connection = self._engine.connect()
            try:
                connection.begin()
            except BaseException:
                connection.close()
                raise
        self._open_connection = connection
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()

    @property
    def has_server_time(self) -> bool:
        """True when the database has a clock of its own to be asked."""
        return bool(self._engine.get_execution_options()[HAS_SERVER_TIME])

    def rows(self, statement: Executable) -> Sequence[Row[Any]]:
        """Every row that the statement gives."""
        with self._watched():
            return self._connection.execute(statement).all()

    def change(
        self,
        statement: Executable,
        values: Values | None = None,
        *,
        violations: Violations = NO_VIOLATIONS,
    ) -> int:
        """Executes a change and returns how many rows it touched.

        Raises what `violations` names for a constraint that is violated.
        """
        self._check_writes()
        with self._watched(violations):
            return self._connection.execute(statement, values).rowcount

    def commit(self) -> None:
        """Makes the changes durable and ends the transaction.

        Raises DatabaseUnavailableError when nothing was committed, AmbiguousCommitError when
        that cannot be known.
        """
        self._check_writes()
        with self._watched(is_committing=True):
            self._connection.commit()
        self._close()

    def _check_writes(self) -> None:
        if not self._writes:
            raise RuntimeError("this transaction is for reading")

    @contextmanager
    def _watched(
        self, violations: Violations = NO_VIOLATIONS, *, is_committing: bool = False
    ) -> Iterator[None]:
        try:
            with database_errors(violations=violations, is_committing=is_committing):
                yield
        except Exception:
            self._has_failed = True
            raise

    @property
    def _connection(self) -> Connection:
        if self._has_failed:
            raise DatabaseUnavailableError("an earlier statement of the transaction failed")
        if self._open_connection is None:
            raise RuntimeError("the transaction is over, or has not begun")
        return self._open_connection

    def _close(self) -> None:
        connection, self._open_connection = self._open_connection, None
        if connection is not None:
            with database_errors():
                connection.close()
