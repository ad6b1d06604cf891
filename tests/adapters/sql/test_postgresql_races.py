"""Many threads on one PostgreSQL, and a history that is checked afterwards."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TypeVar
from uuid import UUID

import pytest
from sqlalchemy import Engine

from adapters.memory.file_storage import MemoryFileStorage
from adapters.memory.manual_clock import ManualClock
from adapters.sql.engine import create_engine
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from application.errors import IdempotencyKeyTakenError
from application.ports.event_publisher import EventPublisher
from application.ports.outbox import OutboxRecord
from application.use_cases.delete_file import DeleteFile
from application.use_cases.file_messages import work_message
from application.use_cases.relay_outbox import RelayOutbox
from domain.events import FileEventName
from domain.file_status import Outcome
from tests.builders import (
    TENANT,
    build_file,
    build_idempotency_record,
    build_lease,
    build_message,
    build_report,
)

WORKERS = 16
FILES = 40
STARTS_EACH = 10
RACERS = 64

Result = TypeVar("Result")


@pytest.fixture
def units_of_work(postgres_url: str) -> Iterator[SqlUnitOfWorkFactory]:
    """Transactions for more threads than an installation has."""
    # Patient: a busy machine is no failure, and not one call may fail.
    engine = create_engine(postgres_url, threads=RACERS, wait_seconds=60)
    yield units_of(engine)
    engine.dispose()


def units_of(engine: Engine) -> SqlUnitOfWorkFactory:
    return SqlUnitOfWorkFactory(
        engine, ManualClock(), observer=lambda events: None, bell=lambda: None
    )


def together(threads: int, act: Callable[[int], Result]) -> list[Result]:
    """What each thread's act returned; all begin at the same time."""
    barrier = Barrier(threads)

    def wait_and_act(number: int) -> Result:
        barrier.wait(timeout=60)
        return act(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(wait_and_act, range(threads)))


def test_relays_share_the_outbox_and_send_every_message_once(
    units_of_work: SqlUnitOfWorkFactory,
) -> None:
    bodies = [f"message {number}" for number in range(320)]
    with units_of_work.for_writing() as work:
        for body in bodies:
            work.outbox.add(build_message(body=body))
        work.commit()
    sent: list[str] = []

    def relay(number: int) -> None:
        owner = f"relay-{number}"
        while True:
            with units_of_work.for_writing() as work:
                now = work.now()
                until = now + timedelta(seconds=60)
                records = work.outbox.claim(owner=owner, limit=3, at=now, until=until)
                work.commit()
            if not records:
                return
            sent.extend(record.message.body for record in records)
            with units_of_work.for_writing() as work:
                work.outbox.mark_sent([r.id for r in records], owner=owner, at=work.now())
                work.commit()

    together(WORKERS, relay)

    assert Counter(sent) == Counter(bodies)


class ReadingPublisher(EventPublisher):
    """Accepts everything, and finds every body whole."""

    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        for record in records:
            json.loads(record.message.body)
        return {}


def test_relays_and_deletions_of_the_same_files_never_wait_for_each_other(
    units_of_work: SqlUnitOfWorkFactory,
) -> None:
    files = [build_file() for _ in range(FILES * 5)]
    with units_of_work.for_writing() as work:
        for file in files:
            work.files.add(file)
            work.outbox.add(work_message(file.state))
        work.commit()
    delete = DeleteFile(units_of_work=units_of_work, storage=MemoryFileStorage())

    def relay_or_delete(number: int) -> None:
        if number % 2:
            for file in files[number // 2 :: WORKERS // 2]:
                delete(TENANT, file.id)
            return
        relay = RelayOutbox(
            units_of_work=units_of_work, publisher=ReadingPublisher(), owner=f"relay-{number}"
        )
        while relay().claimed:
            pass

    together(WORKERS, relay_or_delete)

    with units_of_work.for_reading() as work:
        assert work.files.count_unfinished() == 0


def test_of_workers_at_one_file_each_attempt_has_one_and_none_is_lost(
    units_of_work: SqlUnitOfWorkFactory,
) -> None:
    file = build_file()
    with units_of_work.for_writing() as work:
        work.files.add(file)
        work.commit()
    taken: list[int] = []

    def start_many_times(number: int) -> None:
        for _ in range(STARTS_EACH):
            with units_of_work.for_writing() as work:
                loaded = work.files.lock(TENANT, file.id)
                now = work.now()
                # A lease that has run out already, so that the next one may take over.
                lease = build_lease(f"worker-{number}", at=now - timedelta(seconds=2), seconds=1)
                loaded.start(lease, at=now)
                work.files.save(loaded)
                work.commit()
            taken.append(loaded.state.attempt)

    together(WORKERS, start_many_times)

    with units_of_work.for_reading() as work:
        history = work.files.history(TENANT, file.id)
    assert sorted(taken) == list(range(1, WORKERS * STARTS_EACH + 1))
    assert [event.attempt for event in history] == list(range(WORKERS * STARTS_EACH + 1))
    moments = [event.at for event in history[1:]]
    assert moments == sorted(moments)


def test_of_workers_that_race_for_files_one_alone_completes_each(
    units_of_work: SqlUnitOfWorkFactory,
) -> None:
    ids = add_files(units_of_work)

    def complete_all(number: int) -> int:
        """Takes each file that nobody has, and ends it in a second transaction."""
        completed = 0
        for file_id in ids[number:] + ids[:number]:
            if attempt := claim_file(units_of_work, file_id, worker=f"worker-{number}"):
                complete(units_of_work, file_id, attempt=attempt)
                completed += 1
        return completed

    completed = together(WORKERS, complete_all)

    assert sum(completed) == FILES
    with units_of_work.for_reading() as work:
        for file_id in ids:
            names = [event.name for event in work.files.history(TENANT, file_id)]
            assert names == [FileEventName.RECEIVED, FileEventName.STARTED, FileEventName.COMPLETED]
            assert work.files.get(TENANT, file_id).state.outcome is Outcome.CLEAN


def add_files(units_of_work: SqlUnitOfWorkFactory) -> list[UUID]:
    fresh = [build_file() for _ in range(FILES)]
    with units_of_work.for_writing() as work:
        for file in fresh:
            work.files.add(file)
        work.commit()
    return [file.id for file in fresh]


def claim_file(units_of_work: SqlUnitOfWorkFactory, file_id: UUID, *, worker: str) -> int | None:
    """The attempt, or None when the file is somebody else's or done."""
    with units_of_work.for_writing() as work:
        file = work.files.lock_for_worker(file_id)
        if file.state.attempt:
            return None
        now = work.now()
        file.start(build_lease(worker, at=now), at=now)
        work.files.save(file)
        work.commit()
    return file.state.attempt


def complete(units_of_work: SqlUnitOfWorkFactory, file_id: UUID, *, attempt: int) -> None:
    with units_of_work.for_writing() as work:
        file = work.files.lock_for_worker(file_id)
        assert file.state.attempt == attempt
        file.complete(build_report(), (), at=work.now())
        work.files.save(file)
        work.commit()


def test_of_uploads_that_race_for_one_key_one_becomes_a_file(
    units_of_work: SqlUnitOfWorkFactory,
) -> None:
    def upload(_: int) -> bool:
        file = build_file()
        with units_of_work.for_writing() as work:
            work.files.add(file)
            try:
                work.idempotency_keys.add(build_idempotency_record(file_id=file.id))
            except IdempotencyKeyTakenError:
                return False
            work.commit()
        return True

    won = together(RACERS, upload)

    assert Counter(won) == {True: 1, False: RACERS - 1}
    with units_of_work.for_reading() as work:
        assert work.files.count_unfinished() == 1
