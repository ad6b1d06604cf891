"""The world of PostgreSQL, with the queue in it and content on the local disk."""

from pathlib import Path

from adapters.sql.engine import by_process_time, create_engine
from tests.contracts.sqlite_world import sql_world
from tests.contracts.worlds import World


def postgres_world(tmp_path: Path, url: str) -> World:
    """A world on the migrated database at `url`, whose time is moved by hand."""
    return sql_world(by_process_time(create_engine(url)), tmp_path)
