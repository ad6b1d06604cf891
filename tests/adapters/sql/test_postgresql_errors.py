"""Real faults of a real server, and what the caller gets to know of them."""

import signal

import pytest
from sqlalchemy import Engine, insert, make_url, text

from adapters.memory.manual_clock import ManualClock
from adapters.sql.engine import create_engine
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
    DatabaseFullError,
    DatabaseUnavailableError,
    IdempotencyKeyTakenError,
)
from tests.builders import TENANT, build_file, build_idempotency_record
from tests.postgres import PostgresServer

END_ALL_OTHERS = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
    " WHERE datname = %s AND pid <> pg_backend_pid()"
)


@pytest.fixture
def units_of_work(postgres_engine: Engine) -> SqlUnitOfWorkFactory:
    """Transactions on PostgreSQL that nobody observes."""
    return units_of(postgres_engine)


def units_of(engine: Engine) -> SqlUnitOfWorkFactory:
    return SqlUnitOfWorkFactory(
        engine, ManualClock(), observer=lambda events: None, bell=lambda: None
    )


def count_files(units_of_work: SqlUnitOfWorkFactory) -> int:
    with units_of_work.for_reading() as work:
        return work.files.count_unfinished()


def end_sessions(server: PostgresServer, engine: Engine) -> None:
    with server.connect() as operator:
        operator.execute(END_ALL_OTHERS, [engine.url.database])


def error_of(engine: Engine, statement: str) -> Exception:
    with (
        SqlTransaction(engine, writes=True) as transaction,
        pytest.raises(Exception) as raised,  # noqa: PT011 -- the kind is the caller's question
    ):
        transaction.change(text(statement))
    return raised.value


class TestLostConnections:
    def test_a_session_that_ends_within_a_transaction_commits_nothing(
        self,
        postgres_engine: Engine,
        postgres_server: PostgresServer,
        units_of_work: SqlUnitOfWorkFactory,
    ) -> None:
        with units_of_work.for_writing() as work:
            work.files.add(build_file())
            end_sessions(postgres_server, postgres_engine)
            with pytest.raises(DatabaseUnavailableError) as raised:
                work.files.add(build_file())

        assert not isinstance(raised.value, AmbiguousCommitError)
        assert count_files(units_of_work) == 0

    def test_a_session_that_ends_before_the_commit_leaves_the_result_open(
        self,
        postgres_engine: Engine,
        postgres_server: PostgresServer,
        units_of_work: SqlUnitOfWorkFactory,
    ) -> None:
        with units_of_work.for_writing() as work:
            work.files.add(build_file())
            end_sessions(postgres_server, postgres_engine)
            with pytest.raises(AmbiguousCommitError):
                work.commit()

        assert count_files(units_of_work) == 0

    def test_connections_that_broke_while_idle_are_replaced_unnoticed(
        self,
        postgres_engine: Engine,
        postgres_server: PostgresServer,
        units_of_work: SqlUnitOfWorkFactory,
    ) -> None:
        count_files(units_of_work)

        end_sessions(postgres_server, postgres_engine)

        assert count_files(units_of_work) == 0

    def test_a_stopped_server_is_unavailable_until_it_is_back(
        self, own_server: PostgresServer
    ) -> None:
        engine = create_engine(own_server.url("postgres"))
        with database_errors(), engine.connect() as connection:
            connection.execute(text("SELECT 1"))

        own_server.stop(signal.SIGQUIT)

        with pytest.raises(DatabaseUnavailableError), SqlTransaction(engine, writes=False):
            pass
        own_server.start()
        with SqlTransaction(engine, writes=False) as transaction:
            assert transaction.rows(text("SELECT 1"))[0][0] == 1
        engine.dispose()

    def test_a_server_with_too_many_sessions_is_unavailable(
        self, own_server: PostgresServer
    ) -> None:
        with own_server.connect() as operator:
            operator.execute("CREATE DATABASE small CONNECTION LIMIT 0")
            operator.execute("CREATE ROLE somebody LOGIN")
        url = make_url(own_server.url("small")).set(username="somebody")
        engine = create_engine(url.render_as_string())

        with (
            pytest.raises(DatabaseUnavailableError, match="too many connections"),
            SqlTransaction(engine, writes=False),
        ):
            pass


class TestMisconfiguration:
    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"database": "nowhere"}, 'database "nowhere" does not exist'),
            ({"username": "nobody-here"}, 'role "nobody-here" does not exist'),
        ],
    )
    def test_a_wrong_name_is_for_an_operator_to_mend(
        self, postgres_url: str, changes: dict[str, str], reason: str
    ) -> None:
        url = make_url(postgres_url).set(**changes)  # type: ignore[arg-type]  # one str each
        engine = create_engine(url.render_as_string())

        with pytest.raises(ConfigurationError, match=reason), SqlTransaction(engine, writes=False):
            pass

    def test_a_wrong_password_is_for_an_operator_to_mend(self, own_server: PostgresServer) -> None:
        with own_server.connect() as operator:
            operator.execute("CREATE ROLE guarded LOGIN PASSWORD 'right'")
            rules = own_server.folder / "cluster" / "pg_hba.conf"
            rules.write_text("local all guarded scram-sha-256\nlocal all all trust\n")
            operator.execute("SELECT pg_reload_conf()")
        url = make_url(own_server.url("postgres")).set(username="guarded", password="wrong")
        engine = create_engine(url.render_as_string(hide_password=False))

        with pytest.raises(ConfigurationError) as raised, SqlTransaction(engine, writes=False):
            pass

        assert "password authentication failed" in str(raised.value)
        assert "wrong" not in str(raised.value)

    def test_a_missing_right_is_for_an_operator_to_mend(
        self, postgres_url: str, postgres_server: PostgresServer
    ) -> None:
        with postgres_server.connect() as operator:
            operator.execute("DROP ROLE IF EXISTS stranger")
            operator.execute("CREATE ROLE stranger LOGIN")
        engine = create_engine(make_url(postgres_url).set(username="stranger").render_as_string())

        with pytest.raises(ConfigurationError, match="permission denied for table files"):
            count_files(units_of(engine))

        engine.dispose()


class TestLimits:
    def test_a_lock_that_is_held_too_long_is_given_up(
        self, postgres_url: str, units_of_work: SqlUnitOfWorkFactory
    ) -> None:
        file = build_file()
        with units_of_work.for_writing() as work:
            work.files.add(file)
            work.commit()
        hasty = create_engine(postgres_url, wait_seconds=0.02)

        with units_of_work.for_writing() as holder, units_of(hasty).for_writing() as waiter:
            holder.files.lock(TENANT, file.id)
            with pytest.raises(DatabaseUnavailableError, match="lock timeout"):
                waiter.files.lock(TENANT, file.id)

        hasty.dispose()

    def test_a_statement_that_takes_too_long_is_given_up(self, postgres_engine: Engine) -> None:
        with SqlTransaction(postgres_engine, writes=False) as transaction:
            transaction.rows(text("SELECT set_config('statement_timeout', '10ms', true)"))
            with pytest.raises(DatabaseUnavailableError, match="statement timeout"):
                transaction.rows(text("SELECT pg_sleep(30)"))

    @pytest.mark.parametrize("code", ["40001", "40P01", "55P03"])
    def test_who_had_others_in_the_way_is_told_so_and_to_try_again(
        self, postgres_engine: Engine, code: str
    ) -> None:
        # The server's own verdict, without the second that it takes to reach it.
        error = error_of(postgres_engine, raising(code))

        assert isinstance(error, DatabaseBusyError)
        assert error.retryable

    @pytest.mark.parametrize(
        "code", ["53300", "57P03", "57014", "08006", "25006", "58030", "XX000"]
    )
    def test_what_passes_by_itself_is_unavailable(self, postgres_engine: Engine, code: str) -> None:
        assert type(error_of(postgres_engine, raising(code))) is DatabaseUnavailableError

    def test_a_full_disk_says_so(self, postgres_engine: Engine) -> None:
        assert isinstance(error_of(postgres_engine, raising("53100")), DatabaseFullError)

    def test_a_thread_without_a_free_connection_is_told_so(self, postgres_url: str) -> None:
        single = create_engine(postgres_url, threads=-1, wait_seconds=0.02)

        with (
            SqlTransaction(single, writes=False),
            pytest.raises(DatabaseBusyError, match="every connection"),
            SqlTransaction(single, writes=False),
        ):
            pass

        single.dispose()


class TestDefects:
    @pytest.mark.parametrize(
        "statement",
        [
            "SELEKT 1",
            "SELECT no_such_column FROM files",
            "SELECT no_such_function()",
            "SELECT 1 / 0",
            "SELECT 'x'::integer",
            "SELECT 99999999999::integer",
            "SELECT 1 UNION SELECT 2 FOR UPDATE",
        ],
    )
    def test_a_statement_that_can_never_succeed_is_a_defect_and_not_retried(
        self, postgres_engine: Engine, statement: str
    ) -> None:
        assert type(error_of(postgres_engine, statement)) is RefusedStatementError

    def test_a_value_that_the_driver_cannot_send_is_a_defect(self, postgres_engine: Engine) -> None:
        with (
            SqlTransaction(postgres_engine, writes=True) as transaction,
            pytest.raises(RefusedStatementError, match="NUL"),
        ):
            transaction.change(text("SELECT CAST(:name AS text)"), {"name": "a\x00b"})

    def test_a_missing_table_may_come_back(self, postgres_engine: Engine) -> None:
        error = error_of(postgres_engine, "SELECT * FROM no_such_table")

        assert type(error) is DatabaseUnavailableError


def raising(code: str) -> str:
    """A statement that fails with the code, as the server's own failure would."""
    return f"DO $$ BEGIN RAISE 'made to fail' USING ERRCODE = '{code}'; END $$"


class TestConstraints:
    def test_a_key_that_is_taken_is_known_by_its_constraint(
        self, units_of_work: SqlUnitOfWorkFactory
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

    @pytest.mark.parametrize(
        ("changes", "constraint"),
        [
            ({"version": 0}, "ck_schemas_version_from_one"),
            ({"name": None}, "schemas.name"),
        ],
    )
    def test_a_row_that_is_refused_is_a_defect_named_without_its_values(
        self, postgres_engine: Engine, changes: dict[str, object], constraint: str
    ) -> None:
        row = {
            "tenant": "a-secret",
            "name": "people",
            "version": 1,
            "descriptor": {},
            "created_at": ManualClock().now(),
        }

        with (
            SqlTransaction(postgres_engine, writes=True) as transaction,
            pytest.raises(ConstraintViolationError) as raised,
        ):
            transaction.change(insert(schemas), row | changes)

        assert raised.value.constraint == constraint
        assert "a-secret" not in str(raised.value)
