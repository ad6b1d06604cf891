"""Each real database in turn."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from adapters.sql.engine import create_engine
from adapters.sql.schema_version import migrate
from adapters.sql.sqlite_file import make_database_file

PROCESSES = 3


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """Where the database is, with the tables of this version."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    path = tmp_path / "gristmill.db"
    make_database_file(path)
    engine = create_engine(path)
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Processes that share nothing with this one, as those of an installation."""
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        yield pool
