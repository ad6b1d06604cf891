"""What every session of PostgreSQL is set to, whose time counts, and who takes turns."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import pytest
from sqlalchemy import Engine, text

from adapters.memory.manual_clock import ManualClock
from adapters.sql.engine import create_engine, for_sweeping, for_writing
from adapters.sql.schema_version import check_schema_version, migrate
from adapters.sql.sql_round_lock import SqlRoundLock
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from tests.postgres import PostgresServer

PROCESSES = 4


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    engine = create_engine(url, threads=1)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("statement_timeout", "10s"),
        ("lock_timeout", "2s"),
        ("idle_in_transaction_session_timeout", "30s"),
        ("application_name", "gristmill"),
        ("timezone", "UTC"),
    ],
)
def test_every_session_has_its_limits(postgres_engine: Engine, setting: str, value: str) -> None:
    with postgres_engine.connect() as first, postgres_engine.connect() as second:
        for connection in (first, second):
            assert connection.exec_driver_sql(f"SHOW {setting}").scalar_one() == value


@pytest.mark.parametrize("writes", [False, True])
def test_what_tidies_up_may_take_longer_in_its_own_transactions_alone(
    postgres_url: str, writes: bool
) -> None:
    engine = create_engine(postgres_url, threads=-1)  # and the spare ones: a single connection
    sweeping = for_sweeping(for_writing(engine) if writes else engine)

    with sweeping.connect() as sweep:
        assert sweep.exec_driver_sql("SHOW statement_timeout").scalar_one() == "30s"
    with engine.connect() as other:
        assert other.exec_driver_sql("SHOW statement_timeout").scalar_one() == "10s"

    engine.dispose()


def test_readers_see_one_state_and_writers_the_newest(postgres_engine: Engine) -> None:
    facts = text(
        "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')"
    )

    with postgres_engine.connect() as reader, for_writing(postgres_engine).connect() as writer:
        assert tuple(reader.execute(facts).one()) == ("repeatable read", "on")
        assert tuple(writer.execute(facts).one()) == ("read committed", "off")


def test_a_connection_that_read_can_write_when_it_is_used_again(postgres_url: str) -> None:
    engine = create_engine(postgres_url, threads=-1)  # and the spare ones: a single connection
    with engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM files"))

    with for_writing(engine).begin() as writer:
        deleted = writer.execute(text("DELETE FROM files")).rowcount

    assert deleted == 0
    engine.dispose()


def test_the_time_is_the_servers_and_goes_on_within_a_transaction(
    postgres_engine: Engine, postgres_server: PostgresServer
) -> None:
    units_of_work = SqlUnitOfWorkFactory(
        postgres_engine, ManualClock(), observer=lambda events: None, bell=lambda: None
    )
    with postgres_server.connect() as session, units_of_work.for_writing() as work:
        ask = "SELECT clock_timestamp()"
        moments = [
            work.now(),
            session.execute(ask).fetchall()[0][0],
            work.now(),
            session.execute(ask).fetchall()[0][0],
        ]

    assert moments == sorted(set(moments))


def migrate_at(url: str) -> bool:
    with opened(url) as engine:
        migrate(engine)
        return check_schema_version(engine)


def test_machines_that_migrate_a_new_database_together_all_find_it_done(
    empty_postgres_url: str,
) -> None:
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as processes:
        done = list(processes.map(migrate_at, [empty_postgres_url] * PROCESSES))

    assert done == [True] * PROCESSES


class TestRoundLock:
    def test_one_machine_at_a_time_is_in_the_round(self, postgres_url: str) -> None:
        with opened(postgres_url) as here, opened(postgres_url) as there:
            with (
                SqlRoundLock(here).attempt("reconcile") as first,
                SqlRoundLock(there).attempt("reconcile") as second,
                SqlRoundLock(there).attempt("another") as another,
            ):
                assert (first, second, another) == (True, False, True)

            with SqlRoundLock(there).attempt("reconcile") as later:
                assert later

    def test_the_server_frees_the_round_of_a_holder_that_is_gone(
        self, postgres_url: str, postgres_server: PostgresServer
    ) -> None:
        with (
            opened(postgres_url) as here,
            opened(postgres_url) as there,
            SqlRoundLock(here).attempt("reconcile"),
        ):
            end_sessions(postgres_server, here)

            with SqlRoundLock(there).attempt("reconcile") as taken_over:
                assert taken_over

    def test_a_round_takes_no_connection_from_the_others(self, postgres_url: str) -> None:
        engine = create_engine(postgres_url, threads=-1)

        with SqlRoundLock(engine).attempt("reconcile"), engine.connect() as connection:
            assert connection.scalar(text("SELECT 1")) == 1

        engine.dispose()

    def test_in_a_file_everybody_is_let_in(self, engine: Engine) -> None:
        with SqlRoundLock(engine).attempt("a") as first, SqlRoundLock(engine).attempt("a") as again:
            assert (first, again) == (True, True)


def end_sessions(server: PostgresServer, engine: Engine) -> None:
    """Ends all sessions on the engine's database, and waits until each is gone."""
    with server.connect() as operator:
        operator.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s",
            [engine.url.database],
        )
