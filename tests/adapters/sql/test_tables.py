"""The database refuses a file whose status lies, and takes every one that verbs make."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError, StatementError

from adapters.sql.engine import for_writing
from adapters.sql.file_mapping import file_row
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from adapters.sql.tables import files
from domain.errors import DomainError
from domain.file import File
from domain.file_status import FileStatus, Outcome, Verb
from tests.builders import (
    START,
    TENANT,
    build_fault,
    build_file,
    build_file_state,
    build_lease,
    build_report,
)

_LEASE = {"lease_owner": "worker-1", "lease_expires_at": START}
_COMPLETED = {"status": "COMPLETED", "outcome": "clean", "processed_at": START}
_FITTING = {
    (FileStatus.PENDING, None),
    (FileStatus.PROCESSING, None),
    (FileStatus.COMPLETED, Outcome.CLEAN),
    (FileStatus.COMPLETED, Outcome.PARTIAL),
    (FileStatus.FAILED, Outcome.REJECTED),
    (FileStatus.FAILED, Outcome.DEAD_LETTERED),
    (FileStatus.FAILED, Outcome.CANCELLED),
}


def insert_file(engine: Engine, **changes: Any) -> None:
    with for_writing(engine).connect() as connection:
        connection.execute(insert(files), file_row(build_file_state()) | changes)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"status": "DONE"}, "outcome_fits_status"),
        ({"status": "PROCESSING"}, "lease_while_processing"),
        (_LEASE, "lease_while_processing"),
        (_COMPLETED | _LEASE, "lease_while_processing"),
        (_LEASE | {"status": "PROCESSING", "lease_expires_at": None}, "lease_is_whole"),
        ({"processed_at": START}, "processed_when_final"),
        (_COMPLETED | {"processed_at": None}, "processed_when_final"),
        ({"starts": 2, "attempt": 1}, "attempt_counts_every_start"),
        ({"size_bytes": -1}, "counts_not_negative"),
        ({"rows_read": -1}, "counts_not_negative"),
        ({"failures": -1}, "counts_not_negative"),
        ({"generation": 0}, "numbers_from_one"),
        ({"version": 0}, "numbers_from_one"),
        ({"schema_name": "people"}, "schema_is_whole"),
        ({"erased_at": START}, "erased_is_tombstone"),
        (_COMPLETED | {"erased_at": START}, "erased_is_tombstone"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(
    each_engine: Engine, changes: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=f"ck_files_{constraint}"):
        insert_file(each_engine, **changes)


@pytest.mark.parametrize(
    ("status", "outcome"), sorted(product(FileStatus, [None, *Outcome]), key=str)
)
def test_only_the_outcomes_of_a_status_are_stored_with_it(
    each_engine: Engine, status: FileStatus, outcome: Outcome | None
) -> None:
    changes: dict[str, Any] = {
        "status": status,
        "outcome": outcome,
        "processed_at": START if outcome else None,
    }
    if status is FileStatus.PROCESSING:
        changes |= _LEASE

    if (status, outcome) in _FITTING:
        insert_file(each_engine, **changes)
    else:
        with pytest.raises(IntegrityError, match="ck_files_outcome_fits_status"):
            insert_file(each_engine, **changes)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(verbs=st.lists(st.sampled_from(Verb), max_size=12))
def test_every_state_that_verbs_lead_to_is_stored(
    units_of_work: SqlUnitOfWorkFactory, verbs: list[Verb]
) -> None:
    file = build_file()
    with units_of_work.for_writing() as work:
        work.files.add(file)
        for seconds, verb in enumerate(verbs, start=1):
            loaded = work.files.lock(TENANT, file.id)
            apply(loaded, verb, START + timedelta(seconds=seconds))
            work.files.save(loaded)
            assert work.files.get(TENANT, file.id).state == loaded.state


def apply(file: File, verb: Verb, at: datetime) -> None:
    """Does it, where that is legal now."""
    verbs = {
        Verb.START: lambda: file.start(build_lease(at=at, seconds=1), at=at),
        Verb.RELEASE: lambda: file.release("deploy", at=at),
        Verb.RETRY: lambda: file.retry(build_fault(), next_attempt_at=at, at=at),
        Verb.COMPLETE: lambda: file.complete(build_report(), (), at=at),
        Verb.REJECT: lambda: file.reject(build_report(Outcome.REJECTED), (), at=at),
        Verb.BURY: lambda: file.bury(build_fault(), at=at),
        Verb.CANCEL: lambda: file.cancel(at=at),
        Verb.REPROCESS: lambda: file.reprocess(at=at),
        Verb.ERASE: lambda: file.erase(at=at),
    }
    try:
        verbs[verb]()
    except DomainError:
        return


def test_a_moment_without_time_zone_is_never_stored(each_engine: Engine) -> None:
    with pytest.raises(StatementError, match="no time zone"):
        insert_file(each_engine, created_at=datetime(2026, 11, 23))  # noqa: DTZ001


def test_moments_sort_as_time_does_and_bear_every_microsecond(each_engine: Engine) -> None:
    moments = [
        datetime(999, 1, 1, tzinfo=UTC),
        START,
        START + timedelta(microseconds=1),
        START + timedelta(seconds=1),
    ]
    with for_writing(each_engine).connect() as connection:
        for moment in reversed(moments):
            connection.execute(insert(files), file_row(build_file_state(created_at=moment)))
        stored = connection.scalars(select(files.c.created_at).order_by(files.c.created_at)).all()

    assert stored == moments
