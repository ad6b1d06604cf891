"""A migrated database in a file, as every test of these adapters needs one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from adapters.memory.manual_clock import ManualClock
from adapters.sql.engine import create_engine
from adapters.sql.schema_version import migrate
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory


@pytest.fixture
def database_path(tmp_path: Path) -> Path:
    """Where the database's file is, or will be."""
    return tmp_path / "gristmill.db"


@pytest.fixture
def empty_engine(database_path: Path) -> Iterator[Engine]:
    """An engine on a database without tables."""
    engine = create_engine(f"sqlite:///{database_path}")
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
