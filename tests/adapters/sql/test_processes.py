"""Several processes on one database lose nothing, and never meet a lock."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine

from adapters.memory.manual_clock import ManualClock
from adapters.sql.engine import create_engine
from adapters.sql.schema_version import check_schema_version, migrate
from adapters.sql.sql_event_publisher import SqlEventPublisher
from adapters.sql.sql_message_queue import SqlMessageQueue
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from adapters.sql.sqlite_file import make_database_file
from application.ports.outbox import OutboxRecord
from tests.builders import START, TENANT, build_file, build_lease, build_message

PROCESSES = 4
STARTS_EACH = 50
MESSAGES = 120


@contextmanager
def opened(path: Path) -> Iterator[Engine]:
    # Patient, for a fsync on a busy machine takes what it takes; not one call may fail.
    engine = create_engine(path, wait_seconds=60)
    yield engine
    engine.dispose()


def start_many_times(path: Path, file_id: UUID) -> None:
    """Takes the file over from itself, reading its attempt before writing the next."""
    with opened(path) as engine:
        units_of_work = units_of(engine)
        for _ in range(STARTS_EACH):
            with units_of_work.for_writing() as work:
                file = work.files.get(TENANT, file_id)
                file.start(build_lease(at=START - timedelta(seconds=1), seconds=1), at=START)
                work.files.save(file)
                work.commit()


def consume(path: Path) -> list[str]:
    """Receives until nothing is left, and returns what it got."""
    bodies: list[str] = []
    with opened(path) as engine:
        queue = queue_of(engine)
        while deliveries := queue.receive(limit=3, wait_seconds=0):
            for delivery in deliveries:
                bodies.append(delivery.body)
                queue.delete(delivery)
    return bodies


def migrate_at(path: Path) -> bool:
    make_database_file(path)
    with opened(path) as engine:
        migrate(engine)
        return check_schema_version(engine)


def open_at(path: Path) -> str:
    make_database_file(path)
    with opened(path) as engine, engine.connect() as connection:
        mode: str = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        return mode


def units_of(engine: Engine) -> SqlUnitOfWorkFactory:
    return SqlUnitOfWorkFactory(
        engine, ManualClock(), observer=lambda events: None, bell=lambda: None
    )


def queue_of(engine: Engine) -> SqlMessageQueue:
    return SqlMessageQueue(
        engine, ManualClock(), queue="work", dead_letter_queue="dead", receiver="worker"
    )


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Processes that share nothing with this one, as those of an installation."""
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        yield pool


def test_no_start_of_many_processes_is_lost(
    units_of_work: SqlUnitOfWorkFactory, database_path: Path, processes: ProcessPoolExecutor
) -> None:
    file = build_file()
    with units_of_work.for_writing() as work:
        work.files.add(file)
        work.commit()

    running = [processes.submit(start_many_times, database_path, file.id) for _ in range(PROCESSES)]
    for finished in running:
        finished.result()

    with units_of_work.for_reading() as work:
        assert work.files.get(TENANT, file.id).state.attempt == PROCESSES * STARTS_EACH
        assert len(work.files.history(TENANT, file.id)) == PROCESSES * STARTS_EACH + 1


def test_consumers_of_one_queue_share_it_without_a_duplicate(
    engine: Engine, clock: ManualClock, database_path: Path, processes: ProcessPoolExecutor
) -> None:
    bodies = [f"message {number}" for number in range(MESSAGES)]
    SqlEventPublisher(engine, clock, queue="work").publish(
        [OutboxRecord(id=1, message=build_message(body=body), tries=0) for body in bodies]
    )

    running = [processes.submit(consume, database_path) for _ in range(PROCESSES)]
    received = [body for finished in running for body in finished.result()]

    assert sorted(received) == sorted(bodies)
    assert queue_of(engine).approximate_size() == 0


def test_processes_that_open_a_new_database_together_all_get_it(
    tmp_path: Path, processes: ProcessPoolExecutor
) -> None:
    # Without a second try, about one in a hundred meets a lock.
    paths = [tmp_path / f"{number}.db" for number in range(100) for _ in range(PROCESSES)]

    assert set(processes.map(open_at, paths)) == {"wal"}


def test_processes_that_start_together_migrate_a_new_database_once(
    database_path: Path, processes: ProcessPoolExecutor
) -> None:
    running = [processes.submit(migrate_at, database_path) for _ in range(PROCESSES)]

    assert [finished.result() for finished in running] == [True] * PROCESSES
