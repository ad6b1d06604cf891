"""A server that became a standby while the service ran: it answers, but takes no write."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from adapters.memory.manual_clock import ManualClock
from adapters.sql.engine import create_engine
from adapters.sql.schema_version import migrate
from adapters.sql.sql_transaction import SqlTransaction
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from application.errors import DatabaseUnavailableError
from application.use_cases.check_readiness import CheckReadiness
from tests.builders import build_file
from tests.postgres import PostgresServer


@pytest.fixture
def own_engine(own_server: PostgresServer) -> Iterator[Engine]:
    """An engine on the server that the test may demote, with the tables of this version."""
    engine = create_engine(own_server.url("postgres"))
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def behind_a_pooler(own_engine: Engine) -> Iterator[Engine]:
    """An engine with a single session, for which no role is asked when it begins.

    So it is with a pooler that keeps our sessions while it changes the server behind them.
    """
    url = own_engine.url.update_query_dict({"target_session_attrs": "any"})
    engine = create_engine(url.render_as_string(hide_password=False), threads=-1)
    yield engine
    engine.dispose()


def units_of(engine: Engine) -> SqlUnitOfWorkFactory:
    return SqlUnitOfWorkFactory(
        engine, ManualClock(), observer=lambda events: None, bell=lambda: None
    )


def add_file(engine: Engine) -> None:
    with units_of(engine).for_writing() as work:
        work.files.add(build_file())
        work.commit()


def session_of(engine: Engine) -> int:
    with SqlTransaction(engine, writes=False) as transaction:
        session: int = transaction.rows(text("SELECT pg_backend_pid()"))[0][0]
    return session


def test_a_standby_is_unavailable_and_not_ready_until_it_is_promoted(
    own_server: PostgresServer, own_engine: Engine
) -> None:
    add_file(own_engine)
    check_readiness = CheckReadiness(units_of_work=units_of(own_engine))

    own_server.demote()

    with pytest.raises(DatabaseUnavailableError, match="standby"):
        add_file(own_engine)
    with pytest.raises(DatabaseUnavailableError, match="standby"):
        check_readiness()
    own_server.promote()
    add_file(own_engine)
    check_readiness()


def test_a_session_that_finds_itself_on_a_standby_is_given_up(
    own_server: PostgresServer, behind_a_pooler: Engine
) -> None:
    own_server.demote()
    before = session_of(behind_a_pooler)
    assert session_of(behind_a_pooler) == before

    with pytest.raises(DatabaseUnavailableError) as raised:
        add_file(behind_a_pooler)

    assert type(raised.value) is DatabaseUnavailableError
    assert session_of(behind_a_pooler) != before


def test_a_session_that_refuses_a_write_as_read_only_is_given_up(
    own_server: PostgresServer, behind_a_pooler: Engine
) -> None:
    own_server.demote()
    before = session_of(behind_a_pooler)

    with (
        SqlTransaction(behind_a_pooler, writes=False) as transaction,
        pytest.raises(DatabaseUnavailableError),
    ):
        transaction.rows(text("DELETE FROM files RETURNING id"))

    assert session_of(behind_a_pooler) != before
