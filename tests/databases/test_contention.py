"""Locks that are held too long end in the port's errors, and never in half a transaction."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import Engine

from adapters.memory.manual_clock import ManualClock
from adapters.memory.seeded_ids import SeededRandomness
from adapters.sql.engine import create_engine
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from adapters.system.system_clock import SystemClock
from application.errors import DatabaseBusyError, DatabaseUnavailableError
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.cancel_file import CancelFile
from application.use_cases.settle_attempt import SettleAttempt, Settled
from domain.events import FileEventName
from domain.file import File
from domain.retry_policy import RetryPolicy
from tests.builders import TENANT, build_file, build_lease, build_report
from tests.databases.effort import by_effort
from tests.databases.record import read_record
from tests.doubles import BusyClock

THREADS = 8
PAIRS_EACH = by_effort(20, ci=200, soak=2_000)
IMPATIENT_SECONDS = 0.05


@pytest.fixture
def impatient(place: str | Path) -> Iterator[Engine]:
    """The database, where nobody waits long for a lock."""
    engine = create_engine(place, threads=THREADS + 1, wait_seconds=IMPATIENT_SECONDS)
    yield engine
    engine.dispose()


def units_of(engine: Engine) -> SqlUnitOfWorkFactory:
    return SqlUnitOfWorkFactory(
        engine, SystemClock(), observer=lambda events: None, bell=lambda: None
    )


def add_files(units_of_work: UnitOfWorkFactory, count: int) -> list[File]:
    with units_of_work.for_writing() as work:
        now = work.now()
        files = [build_file(created_at=now) for _ in range(count)]
        for file in files:
            work.files.add(file)
        work.commit()
    return files


def start_both(units_of_work: UnitOfWorkFactory, file_ids: list[UUID]) -> bool:
    """Starts two files in one transaction; False when others were in the way."""
    try:
        with units_of_work.for_writing() as work:
            for file_id in file_ids:
                file = work.files.lock(TENANT, file_id)
                now = work.now()
                lease = build_lease(at=now - timedelta(seconds=2), seconds=1)
                file.start(lease, at=now)
                work.files.save(file)
            work.commit()
    except DatabaseUnavailableError:
        return False
    return True


def test_in_a_storm_of_lock_timeouts_two_files_change_together_or_not_at_all(
    impatient: Engine,
) -> None:
    units_of_work = units_of(impatient)
    ids = [file.id for file in add_files(units_of_work, 2)]
    chance = random.Random(11)

    def run(_: int) -> int:
        return sum(start_both(units_of_work, chance.sample(ids, 2)) for _ in range(PAIRS_EACH))

    with ThreadPoolExecutor(THREADS) as pool:
        changed = sum(pool.map(run, range(THREADS)))

    record = read_record(impatient)
    assert changed > 0
    for file_id in ids:
        assert record.files[file_id].attempt == changed
        assert len(record.history[file_id]) == changed + 1


def test_of_two_transactions_that_wait_for_each_other_one_is_told_so_and_changed_nothing(
    postgres_url: str,
) -> None:
    engine = create_engine(postgres_url, wait_seconds=30)
    units_of_work = units_of(engine)
    ids = [file.id for file in add_files(units_of_work, 2)]
    both_hold_one = Barrier(2)

    def start(order: list[UUID]) -> BaseException | None:
        try:
            with units_of_work.for_writing() as work:
                first = work.files.lock(TENANT, order[0])
                both_hold_one.wait(timeout=60)
                for file in (first, work.files.lock(TENANT, order[1])):
                    file.start(build_lease(at=work.now()), at=work.now())
                    work.files.save(file)
                work.commit()
        except DatabaseBusyError as error:
            return error
        return None

    with ThreadPoolExecutor(2) as pool:
        errors = list(pool.map(start, [ids, ids[::-1]]))

    record = read_record(engine)
    engine.dispose()
    assert [error is None for error in sorted(errors, key=bool)] == [True, False]
    assert [record.files[file_id].attempt for file_id in ids] == [1, 1]
    assert [len(record.history[file_id]) for file_id in ids] == [2, 2]


def test_who_waits_too_long_for_a_lock_is_told_so_and_changed_nothing(impatient: Engine) -> None:
    units_of_work = units_of(impatient)
    (file,) = add_files(units_of_work, 1)
    cancel = CancelFile(units_of_work=units_of_work)

    with units_of_work.for_writing() as holder:
        holder.files.lock(TENANT, file.id)
        with pytest.raises(DatabaseUnavailableError):
            cancel(TENANT, file.id)

    record = read_record(impatient)
    assert record.files[file.id] == file.state
    assert len(record.history[file.id]) == 1
    assert record.outbox == []


def test_an_attempt_is_settled_once_when_its_lock_is_free_again(impatient: Engine) -> None:
    units_of_work = units_of(impatient)
    (file,) = add_files(units_of_work, 1)
    with units_of_work.for_writing() as work:
        held = work.files.lock(TENANT, file.id)
        held.start(build_lease(at=work.now()), at=work.now())
        work.files.save(held)
        work.commit()
    holder = units_of_work.for_writing()
    holder.__enter__()
    holder.files.lock(TENANT, file.id)
    waits: list[ManualClock] = []

    def let_go() -> None:
        waits.append(clock)
        if len(waits) == 2:
            holder.__exit__(None, None, None)

    clock = BusyClock(let_go)
    settle = SettleAttempt(
        units_of_work=units_of_work,
        retry_policy=RetryPolicy(),
        randomness=SeededRandomness(),
        clock=clock,
    )

    settlement = settle.finish(held.state, build_report(), (), progress=None, try_until=60)

    record = read_record(impatient)
    assert settlement.settled is Settled.FINISHED
    assert len(waits) == 2
    assert [event.name for event in record.history[file.id]] == [
        FileEventName.RECEIVED,
        FileEventName.STARTED,
        FileEventName.COMPLETED,
    ]
    assert len(record.outbox) == 1
