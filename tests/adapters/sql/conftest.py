"""A migrated database in a file, as every test of these adapters needs one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from adapters.memory.manual_clock import ManualClock
from adapters.sql.engine import create_engine
from adapters.sql.schema_version import migrate
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from adapters.sql.sqlite_file import make_database_file
from tests.postgres import PostgresServer


@pytest.fixture
def database_path(tmp_path: Path) -> Path:
    """Where the database's file is, or will be."""
    return tmp_path / "gristmill.db"


@pytest.fixture
def empty_engine(database_path: Path) -> Iterator[Engine]:
    """An engine on a database without tables."""
    make_database_file(database_path)
    engine = create_engine(database_path)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(empty_engine: Engine) -> Engine:
    """An engine on a database with the tables of this version."""
    migrate(empty_engine)
    return empty_engine


@pytest.fixture
def clock() -> ManualClock:
    """The machine's clock, to be moved by hand."""
    return ManualClock()


@pytest.fixture
def units_of_work(engine: Engine, clock: ManualClock) -> SqlUnitOfWorkFactory:
    """Transactions on `engine` that nobody observes."""
    return SqlUnitOfWorkFactory(engine, clock, observer=lambda events: None, bell=lambda: None)


@pytest.fixture
def empty_postgres_engine(empty_postgres_url: str) -> Iterator[Engine]:
    """An engine on a PostgreSQL database without tables."""
    engine = create_engine(empty_postgres_url)
    yield engine
    engine.dispose()


@pytest.fixture
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    """An engine on a PostgreSQL database with the tables of this version, for 32 threads."""
    engine = create_engine(postgres_url)
    yield engine
    engine.dispose()


@pytest.fixture
def own_server(postgres_binaries: Path) -> Iterator[PostgresServer]:
    """A server that the test may stop."""
    server = PostgresServer(postgres_binaries)
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def each_empty_engine(request: pytest.FixtureRequest) -> Engine:
    """The engine without tables, on each database in turn."""
    name = "empty_engine" if request.param == "sqlite" else "empty_postgres_engine"
    engine: Engine = request.getfixturevalue(name)
    return engine


@pytest.fixture(params=["sqlite", "postgresql"])
def each_engine(request: pytest.FixtureRequest) -> Engine:
    """The engine with the tables of this version, on each database in turn."""
    name = "engine" if request.param == "sqlite" else "postgres_engine"
    engine: Engine = request.getfixturevalue(name)
    return engine
