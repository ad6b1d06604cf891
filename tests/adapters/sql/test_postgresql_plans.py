"""On PostgreSQL, among many rows, the queries that run all day find theirs by index."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, event, insert, select

from adapters.memory.manual_clock import ManualClock
from adapters.sql.engine import by_process_time, create_engine, for_writing
from adapters.sql.file_mapping import file_row
from adapters.sql.message_tables import outbox
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from adapters.sql.tables import file_history, files
from application.ports.dead_lettered_files import DeadLetterFilter, DeadLetterPlace
from application.ports.file_repository import FileFilter, FilePlace
from application.ports.outbox import Topic
from application.ports.unit_of_work import UnitOfWork
from domain.events import FileEventName
from domain.file_state import SchemaReference
from domain.file_status import FileStatus, Outcome
from domain.file_type import FileType
from tests.adapters.sql.queries import (
    count_by_outcome,
    count_by_status,
    count_dead_letters,
    count_unfinished,
    delete_tombstones,
    find_finished,
    find_the_oldest,
    look_at_the_backlog,
    total_dead_letters,
)
from tests.builders import START, build_file_state, build_id
from tests.postgres import PostgresServer

ROWS = 20_000
TENANTS = 20
LATER = START + timedelta(days=30)
LATELY = START + timedelta(seconds=ROWS - 500)
MIDDLE = FilePlace(created_at=START + timedelta(seconds=ROWS / 2), file_id=build_id())


@pytest.fixture(scope="module")
def engine(postgres_server: PostgresServer) -> Iterator[Engine]:
    """A database with many files, most of them done, whose statistics are known."""
    url = postgres_server.create_database("plans", template="gristmill_template")
    engine = create_engine(url)
    with for_writing(engine).begin() as connection:
        connection.execute(insert(files), [many(number) for number in range(ROWS)])
        connection.execute(insert(outbox), [message(number) for number in range(ROWS)])
        ids = connection.scalars(select(files.c.id).order_by(files.c.id)).all()
        connection.execute(insert(file_history), list(moves_of(ids)))
    with postgres_server.connect("plans") as operator:
        # A commit that is not on disk yet makes no row visible to all.
        operator.execute("SET synchronous_commit = on")
        operator.execute("VACUUM ANALYZE")
    yield by_process_time(engine)
    engine.dispose()
    postgres_server.drop_database("plans")


def many(number: int) -> dict[str, object]:
    """One of twenty thousand: a few unfinished, a few that failed, the rest completed."""
    moment = START + timedelta(seconds=number)
    facts: dict[str, Any] = {"status": FileStatus.COMPLETED, "outcome": Outcome.CLEAN}
    if number % 97 == 0:
        facts = {"status": FileStatus.PENDING, "outcome": None}
    elif number % 89 == 0:
        facts = {"status": FileStatus.FAILED, "outcome": Outcome.REJECTED}
    elif number % 83 == 0:
        facts = {"status": FileStatus.FAILED, "outcome": Outcome.DEAD_LETTERED}
        facts["error_code"] = "internal_error" if number % 2 else "resource_limit"
    return file_row(
        build_file_state(
            tenant=f"tenant-{number % TENANTS}",
            created_at=moment,
            processed_at=moment if facts["outcome"] else None,
            schema=SchemaReference(name="common" if number % 83 else "rare", version=1),
            **facts,
        )
    )


def moves_of(ids: Sequence[UUID]) -> Iterator[dict[str, object]]:
    """What each file does, and what one in fifty does besides."""
    for number, file_id in enumerate(ids):
        names = ["file_received", "file_started", "file_completed"]
        names += ["file_released"] if number % 50 == 0 else []
        for name in names:
            yield {
                "file_id": file_id,
                "tenant": "acme",
                "name": name,
                "at": START + timedelta(seconds=number),
                "generation": 1,
                "attempt": 1,
                "to_status": "COMPLETED",
                "seconds": 1.0,
                "outcome": "clean" if name == "file_completed" else None,
                "details": {"rows_accepted": 1, "rows_rejected": 0},
            }


def message(number: int) -> dict[str, object]:
    return {
        "topic": list(Topic)[number % 200 // 100].value,
        "file_id": build_id(),
        "tenant": "acme",
        "body": "{}",
        "attributes": [],
        "available_at": START,
        "tries": 0,
        "sent_at": None if number % 100 == 0 else START + timedelta(seconds=number),
    }


@contextmanager
def recorded_plans(engine: Engine) -> Iterator[list[str]]:
    """Collects how PostgreSQL carries out each statement of the block."""
    plans: list[str] = []

    def explain(
        connection: Connection, cursor: Any, statement: str, parameters: Any, *_: Any
    ) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            cursor.execute(f"EXPLAIN {statement}", parameters)
            plans.append("\n".join(row[0] for row in cursor.fetchall()))

    event.listen(engine, "before_cursor_execute", explain)
    yield plans
    event.remove(engine, "before_cursor_execute", explain)


def listing(*, past: FilePlace | None = None, **wanted: Any) -> Callable[[UnitOfWork], object]:
    filter_ = FileFilter(**wanted)
    return lambda work: work.files.list("tenant-7", filter_, limit=20, past=past)


def claim(work: UnitOfWork) -> object:
    return work.outbox.claim(owner="relay", limit=10, at=LATER, until=LATER)


def claim_work(work: UnitOfWork) -> object:
    return work.outbox.claim(
        owner="relay", limit=10, at=LATER, until=LATER, topics=[Topic.FILE_PROCESSING]
    )


def claim_events(work: UnitOfWork) -> object:
    return work.outbox.claim(
        owner="relay", limit=10, at=LATER, until=LATER, topics=[Topic.FILE_EVENTS]
    )


def forget(work: UnitOfWork) -> object:
    return work.outbox.delete_sent(before=START + timedelta(seconds=50), limit=10)


def find_stranded(work: UnitOfWork) -> object:
    return work.files.stranded(
        published_before=[LATER, LATER], at=LATER, after=build_id(), limit=100
    )


def list_dead_letters(work: UnitOfWork) -> object:
    middle = DeadLetterPlace(given_up_at=START + timedelta(seconds=ROWS / 2), file_id=build_id())
    return work.dead_lettered_files.page(DeadLetterFilter(before=LATER), past=middle, limit=20)


def list_dead_letters_by_code(work: UnitOfWork) -> object:
    wanted = DeadLetterFilter(error_code="resource_limit")
    return work.dead_lettered_files.page(wanted, past=None, limit=20)


def count_moves(work: UnitOfWork) -> object:
    names = [FileEventName.RELEASED, FileEventName.TAKEN_OVER]
    return work.statistics.moves(names, since=LATELY)


def sum_up_work(work: UnitOfWork) -> object:
    return work.statistics.work_done(since=LATELY)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (listing(), "ix_files_list"),
        (listing(past=MIDDLE), "ix_files_list"),
        (listing(created_after=LATELY), "ix_files_list"),
        (listing(created_before=LATELY, past=MIDDLE), "ix_files_list"),
        *((listing(status=status), "ix_files_list_by_kind") for status in FileStatus),
        *((listing(outcome=outcome), "ix_files_list_by_kind") for outcome in Outcome),
        *((listing(file_type=file_type), "ix_files_list_by_kind") for file_type in FileType),
        (listing(status=FileStatus.FAILED, past=MIDDLE), "ix_files_list_by_kind"),
        (listing(status=FileStatus.FAILED, file_type=FileType.JSON), "ix_files_list_by_kind"),
        (listing(outcome=Outcome.CLEAN, created_before=LATELY), "ix_files_list_by_kind"),
        (listing(schema_name="rare"), "ix_files_list_by_schema"),
        (listing(schema_name="common", status=FileStatus.FAILED), "ix_files_list_by_schema"),
        (listing(schema_name="common", past=MIDDLE), "ix_files_list_by_schema"),
        (listing(schema_name="rare", schema_version=1), "ix_files_list_by_schema_version"),
        (listing(name_prefix="report"), "ix_files_list_by_name"),
        (listing(name_prefix="people"), "ix_files_list_by_name"),
        (listing(name_prefix="pe", status=FileStatus.FAILED), "ix_files_list_by_name"),
        (listing(name_prefix="pe", past=MIDDLE), "ix_files_list_by_name"),
        (claim, "ix_outbox_unsent"),
        (claim_work, "ix_outbox_unsent_work"),
        (claim_events, "ix_outbox_unsent_events"),
        (forget, "ix_outbox_sent"),
        (find_stranded, "ix_files_unfinished"),
        (find_stranded, "ix_outbox_unsent_by_file"),
        (count_unfinished, "ix_files_unfinished_by_age"),
        (list_dead_letters, "ix_files_dead_lettered"),
        (list_dead_letters_by_code, "ix_files_dead_lettered_by_code"),
        (count_dead_letters, "ix_files_dead_lettered"),
        (total_dead_letters, "ix_files_dead_lettered_by_code"),
        (count_by_status, "ix_files_unfinished"),
        (find_the_oldest, "ix_files_unfinished_by_age"),
        (count_by_outcome, "ix_files_ended_otherwise"),
        (count_moves, "ix_file_history_counted"),
        (sum_up_work, "ix_file_history_counted"),
        (look_at_the_backlog, "ix_outbox_unsent"),
        (find_finished, "ix_files_finished"),
        (delete_tombstones, "ix_files_tombstones"),
    ],
)
def test_the_query_uses_its_index_and_never_reads_the_whole_table(
    engine: Engine, query: Callable[[UnitOfWork], object], index: str
) -> None:
    units_of_work = SqlUnitOfWorkFactory(
        engine, ManualClock(), observer=lambda events: None, bell=lambda: None
    )

    with recorded_plans(engine) as plans, units_of_work.for_writing() as work:
        query(work)

    assert any(f"{index} " in plan for plan in plans), "\n".join(plans)
    assert not any("Seq Scan" in plan for plan in plans), "\n".join(plans)
