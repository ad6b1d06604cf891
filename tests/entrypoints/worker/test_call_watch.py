from contextlib import suppress

import pytest

from adapters.memory.manual_clock import ManualClock
from application.errors import (
    DatabaseBusyError,
    DatabaseUnavailableError,
    DependencyError,
    QueueBusyError,
    StorageFullError,
    StorageUnavailableError,
)
from domain.circuit_breaker import BreakerPolicy
from entrypoints.pulses import Pulses
from entrypoints.watched.calls import Dependency
from entrypoints.watched.file_storage import WatchedFileStorage
from entrypoints.watched.units_of_work import WatchedUnitsOfWork
from entrypoints.worker.breakers import Breakers
from entrypoints.worker.call_watch import ProcessCallWatch
from tests.contracts.steps import put, read
from tests.faults import CommitFault, FaultyUnitsOfWork
from tests.in_memory_container import InMemoryService
from tests.outages import BreakableStorage, Outage

REFUSED = StorageUnavailableError("connection refused")


def test_a_call_that_fails_is_a_sign_of_life_like_one_that_does_not() -> None:
    pulses = Pulses()
    watch = ProcessCallWatch(Breakers(policy=BreakerPolicy(), clock=ManualClock()), pulses)
    pulse = pulses.begin("slot-1")

    for error in (None, REFUSED):
        pulses.grow_silent(60, limit_seconds=100)
        watch(Dependency.STORAGE, error)

        assert pulse.silent_seconds == 0


def test_errors_slow_and_in_a_row_open_a_breaker_unless_a_call_succeeds_between_them() -> None:
    clock = ManualClock()
    breakers = Breakers(policy=BreakerPolicy(), clock=clock)
    watch = ProcessCallWatch(breakers, Pulses())

    def fail(times: int) -> None:
        for _ in range(times):
            clock.advance(33)
            watch(Dependency.STORAGE, REFUSED)

    fail(4)
    watch(Dependency.STORAGE, None)
    fail(4)
    assert breakers.are_closed([Dependency.STORAGE])

    watch(Dependency.QUEUE, None)
    fail(1)

    assert not breakers.are_closed([Dependency.STORAGE])


def test_transactions_that_begin_and_fail_are_failures_in_a_row() -> None:
    service, clock = InMemoryService(), ManualClock()
    breakers = Breakers(policy=BreakerPolicy(), clock=clock)
    database = FaultyUnitsOfWork(service.units_of_work, next_fault=lambda: CommitFault.REFUSED)
    units_of_work = WatchedUnitsOfWork(database, ProcessCallWatch(breakers, Pulses()))

    for _ in range(5):
        clock.advance(33)
        with suppress(DatabaseUnavailableError), units_of_work.for_writing() as work:
            work.commit()

    assert not breakers.are_closed([Dependency.DATABASE])


@pytest.mark.parametrize(
    ("dependency", "error"),
    [
        (Dependency.DATABASE, DatabaseBusyError("canceling statement due to lock timeout")),
        (Dependency.QUEUE, QueueBusyError("other writers kept it busy for too long")),
        (Dependency.WORK_TOPIC, QueueBusyError("other writers kept it busy for too long")),
    ],
)
def test_what_somebody_holds_is_no_outage(dependency: Dependency, error: DependencyError) -> None:
    breakers = Breakers(policy=BreakerPolicy(), clock=ManualClock())
    watch = ProcessCallWatch(breakers, Pulses())

    for _ in range(50):
        watch(dependency, error)

    assert breakers.are_closed([dependency])


def test_a_storage_that_gives_out_everything_and_keeps_nothing_is_known_by_its_commits() -> None:
    service, writes = InMemoryService(), Outage()
    breakers = Breakers(policy=BreakerPolicy(), clock=ManualClock())
    full = BreakableStorage(service.storage, Outage(), writes=writes)
    storage = WatchedFileStorage(full, ProcessCallWatch(breakers, Pulses()))
    put(storage, "results/1", b"content")
    writes.is_on = True

    for _ in range(5):
        assert breakers.are_closed([Dependency.STORAGE_WRITES])
        for _ in range(10):
            assert read(storage, "results/1") == b"content"
        with suppress(StorageFullError):
            put(storage, "results/2", b"content")

    assert not breakers.are_closed([Dependency.STORAGE_WRITES])
    assert breakers.are_closed([Dependency.STORAGE])


def test_what_is_written_into_a_buffer_is_no_answer_of_the_storage() -> None:
    service, away = InMemoryService(), Outage()
    breakers = Breakers(policy=BreakerPolicy(), clock=ManualClock())
    breakable = BreakableStorage(service.storage, away, writes=Outage())
    storage = WatchedFileStorage(breakable, ProcessCallWatch(breakers, Pulses()))
    put(storage, "results/1", b"content")

    with storage.create("results/2", media_type="text/csv") as writer:
        for _ in range(5):
            assert breakers.are_closed([Dependency.STORAGE])
            away.is_on = True
            with suppress(StorageUnavailableError):
                read(storage, "results/1")
            away.is_on = False
            for _ in range(10):
                writer.write(b"content")

    assert not breakers.are_closed([Dependency.STORAGE])
