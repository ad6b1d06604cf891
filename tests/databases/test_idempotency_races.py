"""Many callers with the same idempotency keys on a real database, also when commits fail."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import Engine

from adapters.memory.collection_log import MemoryCollectionLog
from adapters.memory.file_storage import MemoryFileStorage
from adapters.memory.manual_clock import ManualClock
from adapters.memory.round_lock import MemoryRoundLock
from adapters.sql.engine import by_process_time, create_engine
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from adapters.system.uuid_generator import UuidGenerator
from application.errors import AmbiguousCommitError, DependencyError
from application.use_cases.collect_garbage import CollectGarbage
from application.use_cases.upload_file import UploadDetails, UploadFile
from domain.collection_policy import CollectionPolicy
from domain.upload_policy import UploadPolicy
from tests.builders import TENANT
from tests.databases.effort import by_effort
from tests.databases.record import read_record
from tests.faults import CommitFault, FaultyUnitsOfWork

CALLERS = 64
# 64 × 200 take some forty seconds of processor time on both databases together: a build server
# has them, and every day a quarter of the keys is raced for.
KEYS = by_effort(50, ci=200, soak=2_000)
SPOILT_KEYS = by_effort(6, ci=50, soak=1_000)
FAULT_SHARE = 0.1
TRIES = 50
DAY_AND_A_BIT_SECONDS = 25 * 3600


class Callers:
    """Callers that send what each key stands for, again and again until it is accepted."""

    def __init__(self, engine: Engine, next_fault: Callable[[], CommitFault | None]) -> None:
        self.clock = ManualClock()
        self.storage = MemoryFileStorage(clock=self.clock)
        self.units_of_work = SqlUnitOfWorkFactory(
            engine, self.clock, observer=lambda events: None, bell=lambda: None
        )
        self.database = FaultyUnitsOfWork(self.units_of_work, next_fault=next_fault)
        self.unknown: list[AmbiguousCommitError] = []
        """The tries of which not even a second look could tell what became of them."""
        self._upload = UploadFile(
            storage=self.storage,
            units_of_work=self.database,
            ids=UuidGenerator(),
            clock=self.clock,
            policy=UploadPolicy(max_bytes=1000),
        )

    @property
    def content_keys(self) -> set[str]:
        """Where content is."""
        return {key for key in self.storage.keys if key.startswith("uploads/")}

    def send_all(self, keys: int) -> dict[str, set[UUID]]:
        """Which ids all callers together got for each key."""
        barrier = Barrier(CALLERS)

        def send(_: int) -> list[tuple[str, UUID]]:
            barrier.wait(timeout=60)
            return [(f"key-{number}", self._send(f"key-{number}")) for number in range(keys)]

        answers: defaultdict[str, set[UUID]] = defaultdict(set)
        with ThreadPoolExecutor(CALLERS) as pool:
            for part in pool.map(send, range(CALLERS)):
                for key, file_id in part:
                    answers[key].add(file_id)
        return answers

    def collect_garbage(self) -> None:
        """Some days go by, and what no file refers to is removed."""
        collect = CollectGarbage(
            units_of_work=self.units_of_work,
            storage=self.storage,
            rounds=MemoryRoundLock(),
            collections=MemoryCollectionLog(),
            ids=UuidGenerator(),
            policy=CollectionPolicy(),
        )
        for _ in range(3):
            self.clock.advance(DAY_AND_A_BIT_SECONDS)
            while collect().has_more:
                pass

    def _send(self, key: str) -> UUID:
        for _ in range(TRIES):
            try:
                receipt = self._upload(
                    TENANT,
                    name="people.csv",
                    chunks=[f"id\n{key}\n".encode()],
                    details=partial(UploadDetails, idempotency_key=key),
                )
            except AmbiguousCommitError as error:
                self.unknown.append(error)
            except DependencyError:
                continue
            else:
                return receipt.file.id
        raise AssertionError(f"{key} was refused {TRIES} times")


@pytest.fixture
def engine(place: str | Path) -> Iterator[Engine]:
    """The database, by a clock that is moved by hand."""
    # Patient: a busy machine is no failure, and only the faults of a test may be any.
    engine = create_engine(place, threads=CALLERS, wait_seconds=60)
    yield by_process_time(engine)
    engine.dispose()


def test_callers_that_race_for_keys_get_one_file_for_each_and_leave_nothing(
    engine: Engine,
) -> None:
    callers = Callers(engine, next_fault=lambda: None)

    answers = callers.send_all(KEYS)

    check_one_file_for_each(answers, engine, keys=KEYS)
    assert callers.content_keys == stored_keys(engine)


def test_commits_that_fail_make_no_second_file_and_leave_only_what_nobody_could_know(
    engine: Engine,
) -> None:
    chance = random.Random(5)
    faults = list(CommitFault)

    def next_fault() -> CommitFault | None:
        return chance.choice(faults) if chance.random() < FAULT_SHARE else None

    callers = Callers(engine, next_fault=next_fault)

    answers = callers.send_all(SPOILT_KEYS)

    check_one_file_for_each(answers, engine, keys=SPOILT_KEYS)
    left_over = callers.content_keys - stored_keys(engine)
    assert len(left_over) == len(callers.unknown) == callers.database.faults.count(CommitFault.LOST)
    callers.collect_garbage()
    assert callers.content_keys == stored_keys(engine)


def check_one_file_for_each(answers: dict[str, set[UUID]], engine: Engine, *, keys: int) -> None:
    record = read_record(engine)
    assert [len(ids) for ids in answers.values()] == [1] * keys
    assert {key: {file_id} for (_, key), file_id in record.keys.items()} == answers
    assert set(record.files) == set().union(*answers.values())
    assert len(record.outbox) == keys


def stored_keys(engine: Engine) -> frozenset[str]:
    return frozenset(state.key for state in read_record(engine).files.values())
