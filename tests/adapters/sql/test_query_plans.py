"""The queries that run all day find their rows by index, however many there are."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from adapters.memory.manual_clock import ManualClock
from adapters.sql.sql_event_publisher import SqlEventPublisher
from adapters.sql.sql_message_queue import SqlMessageQueue
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from application.ports.dead_lettered_files import DeadLetterFilter, DeadLetterPlace
from application.ports.file_repository import FileFilter, FilePlace
from application.ports.outbox import OutboxRecord, Topic
from application.ports.unit_of_work import UnitOfWork
from domain.events import FileEventName
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
from tests.builders import START, TENANT, build_id, build_message

LATELY = START


@contextmanager
def recorded_plans(engine: Engine) -> Iterator[list[str]]:
    """Collects how SQLite carries out each statement of the block."""
    plans: list[str] = []

    def explain(
        connection: Connection, cursor: Any, statement: str, parameters: Any, *_: Any
    ) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append("; ".join(row[3] for row in cursor.fetchall()))

    event.listen(engine, "before_cursor_execute", explain)
    yield plans
    event.remove(engine, "before_cursor_execute", explain)


def listing(**wanted: Any) -> Callable[[UnitOfWork], object]:
    place = FilePlace(created_at=START, file_id=build_id())
    return lambda work: work.files.list(TENANT, FileFilter(**wanted), limit=20, past=place)


def claim(work: UnitOfWork) -> object:
    return work.outbox.claim(owner="relay", limit=10, at=START, until=START)


def claim_work(work: UnitOfWork) -> object:
    return work.outbox.claim(
        owner="relay", limit=10, at=START, until=START, topics=[Topic.FILE_PROCESSING]
    )


def claim_events(work: UnitOfWork) -> object:
    return work.outbox.claim(
        owner="relay", limit=10, at=START, until=START, topics=[Topic.FILE_EVENTS]
    )


def find_stranded(work: UnitOfWork) -> object:
    return work.files.stranded(
        published_before=[START, START], at=START, after=build_id(), limit=100
    )


def find_removals(work: UnitOfWork) -> object:
    return work.files.due_for_removal(at=START, limit=100)


def withdraw_work(work: UnitOfWork) -> object:
    return work.outbox.withdraw_work(build_id())


def list_dead_letters(work: UnitOfWork) -> object:
    place = DeadLetterPlace(given_up_at=START, file_id=build_id())
    return work.dead_lettered_files.page(DeadLetterFilter(before=START), past=place, limit=20)


def list_dead_letters_by_code(work: UnitOfWork) -> object:
    wanted = DeadLetterFilter(error_code="internal_error")
    return work.dead_lettered_files.page(wanted, past=None, limit=20)


def count_moves(work: UnitOfWork) -> object:
    names = [FileEventName.RELEASED, FileEventName.TAKEN_OVER]
    return work.statistics.moves(names, since=LATELY)


def count_happenings(work: UnitOfWork) -> object:
    return work.statistics.happenings(since=LATELY)


def forget_happenings(work: UnitOfWork) -> object:
    return work.statistics.forget_happenings(before=LATELY, limit=10)


def sum_up_work(work: UnitOfWork) -> object:
    return work.statistics.work_done(since=LATELY)


def count_open_uploads(work: UnitOfWork) -> object:
    return work.upload_sessions.count_open(TENANT)


def find_expired_uploads(work: UnitOfWork) -> object:
    return work.upload_sessions.expired(before=START, limit=100)


def delete_ended_uploads(work: UnitOfWork) -> object:
    return work.upload_sessions.delete_ended(before=START, limit=100)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (listing(), "ix_files_list"),
        (listing(created_after=START), "ix_files_list"),
        (claim, "ix_outbox_unsent"),
        (claim_work, "ix_outbox_unsent_work"),
        (claim_events, "ix_outbox_unsent_events"),
        (find_stranded, "ix_files_unfinished"),
        (find_stranded, "ix_outbox_unsent_by_file"),
        (count_unfinished, "ix_files_unfinished_by_age"),
        (find_finished, "ix_files_finished"),
        (delete_tombstones, "ix_files_tombstones"),
        (find_removals, "ix_files_removal_due"),
        (withdraw_work, "ix_outbox_unsent_by_file"),
        (list_dead_letters, "ix_files_dead_lettered"),
        (list_dead_letters_by_code, "ix_files_dead_lettered_by_code"),
        (count_dead_letters, "ix_files_dead_lettered"),
        (total_dead_letters, "ix_files_dead_lettered_by_code"),
        (count_by_status, "ix_files_unfinished_by_age"),
        (find_the_oldest, "ix_files_unfinished_by_age"),
        (count_by_outcome, "ix_files_ended_otherwise"),
        (count_moves, "ix_file_history_counted"),
        (sum_up_work, "ix_file_history_counted"),
        (look_at_the_backlog, "ix_outbox_unsent"),
        (count_happenings, "ix_happenings_at"),
        (forget_happenings, "ix_happenings_at"),
        (count_open_uploads, "ix_upload_sessions_open"),
        (find_expired_uploads, "ix_upload_sessions_expiry"),
        (delete_ended_uploads, "ix_upload_sessions_ended"),
    ],
)
def test_the_query_uses_its_index(
    engine: Engine,
    units_of_work: SqlUnitOfWorkFactory,
    query: Callable[[UnitOfWork], object],
    index: str,
) -> None:
    with recorded_plans(engine) as plans, units_of_work.for_writing() as work:
        query(work)

    assert any(re.search(rf"INDEX {index}\b", plan) for plan in plans), plans
    assert not any("TEMP B-TREE FOR ORDER BY" in plan for plan in plans), plans


@pytest.mark.parametrize(
    ("query", "index"),
    [
        *((listing(status=status), "ix_files_list_by_kind") for status in FileStatus),
        (listing(outcome=Outcome.CLEAN), "ix_files_list_by_kind"),
        (listing(file_type=FileType.JSON), "ix_files_list_by_kind"),
        (listing(schema_name="people"), "ix_files_list_by_schema"),
        (listing(schema_name="people", schema_version=1), "ix_files_list_by_schema_version"),
        (listing(name_prefix="people"), "ix_files_list_by_name"),
        (listing(name_prefix="people", status=FileStatus.FAILED), "ix_files_list_by_name"),
    ],
)
def test_a_filtered_list_is_read_from_ranges_of_its_index_alone(
    engine: Engine,
    units_of_work: SqlUnitOfWorkFactory,
    query: Callable[[UnitOfWork], object],
    index: str,
) -> None:
    with recorded_plans(engine) as plans, units_of_work.for_writing() as work:
        query(work)

    steps = [step for plan in plans for step in plan.split("; ") if " files" in step]
    assert any(re.search(rf"INDEX {index} ", step) for step in steps), plans
    assert all(step.startswith("SEARCH files ") for step in steps), plans


def test_receiving_from_the_queue_never_scans_it(engine: Engine, clock: ManualClock) -> None:
    queue = SqlMessageQueue(
        engine, clock, queue="work", dead_letter_queue="dead", receiver="worker"
    )
    record = OutboxRecord(id=1, message=build_message(), tries=0)
    SqlEventPublisher(engine, clock, queue="work").publish([record])

    with recorded_plans(engine) as plans:
        [delivery] = queue.receive(limit=10, wait_seconds=0)
        queue.change_visibility(delivery, seconds=0)
        queue.approximate_size()
        queue.delete(delivery)

    assert len(plans) == 8
    assert not any("SCAN" in plan for plan in plans), plans
