"""What each error of the database becomes, and what it says."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import OperationalError

from adapters.memory.manual_clock import ManualClock
from adapters.sql.engine import create_engine, for_writing
from adapters.sql.errors import (
    ConstraintViolationError,
    RefusedStatementError,
    database_errors,
)
from adapters.sql.sql_transaction import SqlTransaction
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from adapters.sql.tables import schemas
from application.errors import (
    AmbiguousCommitError,
    ConfigurationError,
    DatabaseBusyError,
    DatabaseUnavailableError,
    IdempotencyKeyTakenError,
)
from tests.adapters.sql.steps import add_a_file
from tests.builders import (
    TENANT,
    build_idempotency_record,
    build_schema_version,
)


def test_a_lock_while_committing_means_that_nothing_was_committed() -> None:
    # SQLite does not do so after BEGIN IMMEDIATE; the table of errors is asked directly.
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY

    with pytest.raises(DatabaseBusyError), database_errors(is_committing=True):
        raise OperationalError("COMMIT", None, busy)


def test_a_connection_that_broke_while_committing_leaves_the_result_open() -> None:
    gone = sqlite3.OperationalError("the connection is gone")

    with pytest.raises(AmbiguousCommitError), database_errors(is_committing=True):
        raise OperationalError("COMMIT", None, gone, connection_invalidated=True)


def test_a_row_that_the_database_refuses_is_a_defect_and_not_retried(engine: Engine) -> None:
    row = {
        "tenant": TENANT,
        "name": "people",
        "version": 0,
        "descriptor": {},
        "created_at": ManualClock().now(),
    }

    with (
        SqlTransaction(engine, writes=True) as transaction,
        pytest.raises(ConstraintViolationError) as raised,
    ):
        transaction.change(insert(schemas), row)

    assert raised.value.constraint == "ck_schemas_version_from_one"


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("SELEKT 1", {}),
        ("SELECT no_such_column FROM files", {}),
        ("SELECT no_such_function()", {}),
        ("SELECT :size", {"size": object()}),
        ("SELECT zeroblob(2000000000)", {}),
    ],
)
def test_a_statement_that_can_never_succeed_is_a_defect_and_not_retried(
    engine: Engine, statement: str, values: dict[str, object]
) -> None:
    with (
        SqlTransaction(engine, writes=True) as transaction,
        pytest.raises(RefusedStatementError),
    ):
        transaction.change(text(statement), values)


@pytest.mark.parametrize("code", ["BUSY", "LOCKED"])
def test_what_somebody_else_holds_is_no_outage(code: str) -> None:
    held = sqlite3.OperationalError("held")
    held.sqlite_errorcode = getattr(sqlite3, f"SQLITE_{code}")

    with pytest.raises(DatabaseBusyError), database_errors():
        raise OperationalError("SELECT 1", None, held)


@pytest.mark.parametrize("code", ["IOERR", "CORRUPT", "CANTOPEN", "READONLY"])
def test_what_may_pass_by_itself_is_unavailable(code: str) -> None:
    trouble = sqlite3.OperationalError("trouble")
    trouble.sqlite_errorcode = getattr(sqlite3, f"SQLITE_{code}")

    with pytest.raises(DatabaseUnavailableError) as raised, database_errors():
        raise OperationalError("SELECT 1", None, trouble)

    assert not isinstance(raised.value, DatabaseBusyError)


def test_after_a_failed_statement_the_transaction_cannot_commit(
    units_of_work: SqlUnitOfWorkFactory,
) -> None:
    record = build_idempotency_record()
    with units_of_work.for_writing() as work:
        work.idempotency_keys.add(record)
        with pytest.raises(IdempotencyKeyTakenError):
            work.idempotency_keys.add(record)

        with pytest.raises(DatabaseUnavailableError):
            work.commit()

    with units_of_work.for_reading() as work:
        assert work.idempotency_keys.find(TENANT, record.route, record.key) is None


def test_a_unit_of_work_for_reading_refuses_to_write(units_of_work: SqlUnitOfWorkFactory) -> None:
    with units_of_work.for_reading() as work, pytest.raises(RuntimeError, match="for reading"):
        work.schemas.add(build_schema_version())


def test_another_database_than_sqlite_is_refused_by_name() -> None:
    with pytest.raises(ConfigurationError, match="mysql"):
        create_engine("mysql://somewhere/gristmill")


def test_an_error_says_nothing_of_the_statement_and_its_values(empty_engine: Engine) -> None:
    with pytest.raises(DatabaseUnavailableError) as raised:
        add_a_file(empty_engine, name="secret.csv")

    assert str(raised.value) == "database: no such table: files"


def test_reading_and_writing_transactions_begin_differently(engine: Engine) -> None:
    with engine.connect() as reader, for_writing(engine).connect() as writer:
        assert reader.execute(text("SELECT count(*) FROM files")).scalar_one() == 0
        assert writer.execute(text("SELECT count(*) FROM files")).scalar_one() == 0
        with pytest.raises(sqlite3.OperationalError), closing(another(engine)) as third:
            third.execute("BEGIN IMMEDIATE")


def another(engine: Engine) -> sqlite3.Connection:
    return sqlite3.connect(str(engine.url.database), timeout=0.01, isolation_level=None)
