"""Real faults of a real database, and what the caller gets to know of them."""

import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from adapters.memory.manual_clock import ManualClock
from adapters.sql.engine import create_engine
from adapters.sql.schema_version import migrate
from adapters.sql.sql_event_publisher import SqlEventPublisher
from adapters.sql.sql_message_queue import SqlMessageQueue
from adapters.sql.sqlite_file import make_database_file
from application.errors import (
    AmbiguousCommitError,
    DatabaseBusyError,
    DatabaseFullError,
    DatabaseUnavailableError,
    QueueBusyError,
    QueueUnavailableError,
)
from application.ports.outbox import OutboxRecord
from tests.adapters.sql.steps import add_a_file, units_of
from tests.builders import (
    build_file,
    build_message,
)


@pytest.fixture
def hasty_engine(engine: Engine, database_path: Path) -> Iterator[Engine]:
    """One connection to the migrated database, and no patience."""
    hasty = create_engine(database_path, threads=1, wait_seconds=0.01)
    yield hasty
    hasty.dispose()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def copy_of(path: Path) -> Engine:
    """An engine on what a process that is killed now would leave."""
    folder = path.parent / "killed"
    folder.mkdir()
    for name in (path.name, f"{path.name}-wal"):
        shutil.copy(path.with_name(name), folder)
    return create_engine(folder / path.name)


def test_a_locked_database_is_unavailable_until_the_lock_goes(
    hasty_engine: Engine, database_path: Path
) -> None:
    with locked(database_path), pytest.raises(DatabaseBusyError) as raised:
        add_a_file(hasty_engine)

    assert raised.value.retryable
    assert "locked" not in str(raised.value)
    add_a_file(hasty_engine)


def test_a_locked_database_is_still_read(hasty_engine: Engine, database_path: Path) -> None:
    with locked(database_path), units_of(hasty_engine).for_reading() as work:
        assert work.files.count_unfinished() == 0


def test_a_locked_database_keeps_the_queue_busy(hasty_engine: Engine, database_path: Path) -> None:
    publisher = SqlEventPublisher(hasty_engine, ManualClock(), queue="work")
    record = OutboxRecord(id=1, message=build_message(), tries=0)

    with locked(database_path), pytest.raises(QueueBusyError):
        publisher.publish([record])


def test_a_queue_without_tables_is_unavailable(empty_engine: Engine) -> None:
    queue = SqlMessageQueue(
        empty_engine, ManualClock(), queue="work", dead_letter_queue="dead", receiver="worker"
    )

    with pytest.raises(QueueUnavailableError):
        queue.receive(limit=1, wait_seconds=0)


def test_a_full_database_says_so_and_recovers(hasty_engine: Engine) -> None:
    with hasty_engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(DatabaseFullError) as raised:
        add_a_file(hasty_engine, name="long" * 5_000)

    assert raised.value.code == "database_full"
    with hasty_engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 100}")
    add_a_file(hasty_engine, name="long" * 5_000)


def test_a_read_only_database_is_unavailable_for_writing(
    engine: Engine, database_path: Path
) -> None:
    add_a_file(engine)
    reader = create_engine(f"sqlite:///file:{database_path}?mode=ro&uri=true")

    with pytest.raises(DatabaseUnavailableError):
        add_a_file(reader)

    with units_of(reader).for_reading() as work:
        assert work.files.count_unfinished() == 1
    reader.dispose()


def test_a_vanished_directory_is_noticed_though_its_file_was_open(
    engine: Engine, database_path: Path
) -> None:
    add_a_file(engine)
    directory = database_path.parent
    elsewhere = directory.rename(directory.with_name("elsewhere"))

    with pytest.raises(DatabaseUnavailableError):
        add_a_file(engine)

    elsewhere.rename(directory)
    add_a_file(engine)
    with units_of(engine).for_reading() as work:
        assert work.files.count_unfinished() == 2


def test_a_deleted_directory_is_unavailable(engine: Engine, database_path: Path) -> None:
    shutil.rmtree(database_path.parent)

    with pytest.raises(DatabaseUnavailableError):
        add_a_file(engine)


@pytest.mark.parametrize("is_killed", [False, True])
def test_a_vanished_database_is_not_made_anew_and_nothing_of_it_is_lost(
    engine: Engine, database_path: Path, *, is_killed: bool
) -> None:
    add_a_file(engine)
    log = database_path.with_name("gristmill.db-wal")
    moved = database_path.rename(database_path.with_name("moved.db"))
    logged = log.read_bytes()

    for _ in range(2):
        with pytest.raises(DatabaseUnavailableError, match="unable to open"):
            add_a_file(engine)

    assert not database_path.exists()
    assert log.read_bytes() == logged
    moved.rename(database_path)
    # A process that is killed leaves the log to whoever opens the database next.
    survivor = copy_of(database_path) if is_killed else engine
    add_a_file(survivor)
    with units_of(survivor).for_reading() as work:
        assert work.files.count_unfinished() == 2
    survivor.dispose()


def test_a_database_may_lie_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "a b?mode=ro#c%41&d" / "ü'\";.db"
    path.parent.mkdir()
    make_database_file(path)
    engine = create_engine(path)

    migrate(engine)
    add_a_file(engine)

    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT count(*) FROM files").fetchone() == (1,)
    engine.dispose()


def test_a_corrupted_database_is_unavailable(empty_engine: Engine, database_path: Path) -> None:
    database_path.write_bytes(b"not a database" * 1_000)

    with pytest.raises(DatabaseUnavailableError):
        add_a_file(empty_engine)


def test_a_thread_without_a_free_connection_is_told_so(hasty_engine: Engine) -> None:
    with units_of(hasty_engine).for_reading(), pytest.raises(DatabaseUnavailableError):
        add_a_file(hasty_engine)


@contextmanager
def no_file_may_grow(limit_bytes: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_an_input_output_error_while_committing_leaves_the_result_open(
    engine: Engine, database_path: Path
) -> None:
    log_bytes = database_path.with_name("gristmill.db-wal").stat().st_size

    with units_of(engine).for_writing() as work:
        work.files.add(build_file(original_name="long" * 100_000))
        with no_file_may_grow(log_bytes), pytest.raises(AmbiguousCommitError):
            work.commit()

    add_a_file(engine)
