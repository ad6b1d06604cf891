"""What interleaved transactions in one thread get, which no other adapter lets happen."""

from dataclasses import replace

import pytest

from adapters.memory.database import MemoryDatabase
from adapters.memory.manual_clock import ManualClock
from adapters.memory.unit_of_work import MemoryUnitOfWork, MemoryUnitOfWorkFactory
from application.errors import (
    ConcurrentUpdateError,
    DatabaseUnavailableError,
    IdempotencyKeyTakenError,
)
from domain.file import File
from domain.file_state import FileState
from domain.progress import Progress
from tests.builders import (
    START,
    TENANT,
    build_file,
    build_idempotency_record,
    build_lease,
    build_message,
)
from tests.contracts.steps import after


@pytest.fixture
def units_of_work() -> MemoryUnitOfWorkFactory:
    return MemoryUnitOfWorkFactory(MemoryDatabase(), ManualClock())


def add(units_of_work: MemoryUnitOfWorkFactory, file: File) -> File:
    with units_of_work.for_writing() as work:
        work.files.add(file)
        work.commit()
    return file


def stored(units_of_work: MemoryUnitOfWorkFactory, file: File) -> FileState:
    with units_of_work.for_reading() as work:
        return work.files.get(TENANT, file.id).state


def cancel_under_lock(work: MemoryUnitOfWork, file: File) -> FileState:
    loaded = work.files.lock(TENANT, file.id)
    loaded.cancel(at=after(1))
    work.files.save(loaded)
    return loaded.state


def test_of_two_holders_of_a_lock_the_first_to_commit_wins(
    units_of_work: MemoryUnitOfWorkFactory,
) -> None:
    file = add(units_of_work, build_file())

    with units_of_work.for_writing() as first, units_of_work.for_writing() as second:
        saved = cancel_under_lock(first, file)
        cancel_under_lock(second, file)
        second.outbox.add(build_message())
        first.commit()
        with pytest.raises(DatabaseUnavailableError):
            second.commit()

    assert stored(units_of_work, file) == saved
    with units_of_work.for_writing() as work:
        assert list(work.outbox.claim(owner="a", limit=1, at=START, until=after(1))) == []


def test_a_lock_guards_against_changes_though_its_holder_saves_nothing(
    units_of_work: MemoryUnitOfWorkFactory,
) -> None:
    file = add(units_of_work, build_file())

    with units_of_work.for_writing() as first, units_of_work.for_writing() as second:
        second.files.lock(TENANT, file.id)
        second.outbox.add(build_message())
        cancel_under_lock(first, file)
        first.commit()
        with pytest.raises(DatabaseUnavailableError):
            second.commit()


def test_a_file_saved_without_a_lock_loses_by_its_version(
    units_of_work: MemoryUnitOfWorkFactory,
) -> None:
    file = add(units_of_work, build_file())

    with units_of_work.for_writing() as first, units_of_work.for_writing() as second:
        loaded = second.files.get(TENANT, file.id)
        loaded.cancel(at=after(1))
        second.files.save(loaded)
        cancel_under_lock(first, file)
        first.commit()
        with pytest.raises(ConcurrentUpdateError):
            second.commit()


def test_a_lease_renewed_meanwhile_is_no_longer_the_one_that_was_locked(
    units_of_work: MemoryUnitOfWorkFactory,
) -> None:
    file = build_file()
    file.start(build_lease(seconds=1), at=START)
    add(units_of_work, file)

    with units_of_work.for_writing() as takeover, units_of_work.for_writing() as heartbeat:
        loaded = takeover.files.lock(TENANT, file.id)
        loaded.start(build_lease("other"), at=after(2))
        takeover.files.save(loaded)
        assert heartbeat.files.renew_lease(file.id, attempt=1, expires_at=after(60))
        heartbeat.commit()
        with pytest.raises(DatabaseUnavailableError):
            takeover.commit()


def test_a_renewal_that_a_move_preceded_is_not_committed(
    units_of_work: MemoryUnitOfWorkFactory,
) -> None:
    file = build_file()
    file.start(build_lease(), at=START)
    add(units_of_work, file)

    with units_of_work.for_writing() as heartbeat, units_of_work.for_writing() as mover:
        assert heartbeat.files.renew_lease(file.id, attempt=1, expires_at=after(600))
        cancelled = cancel_under_lock(mover, file)
        mover.commit()
        with pytest.raises(DatabaseUnavailableError):
            heartbeat.commit()

    assert stored(units_of_work, file) == cancelled


def test_notes_of_publication_and_progress_survive_a_concurrent_move(
    units_of_work: MemoryUnitOfWorkFactory,
) -> None:
    file = build_file()
    file.start(build_lease(), at=START)
    add(units_of_work, file)
    progress = Progress(bytes_read=9, rows_read=1)

    with units_of_work.for_writing() as mover, units_of_work.for_writing() as noter:
        cancelled = cancel_under_lock(mover, file)
        noter.files.note_published([file.id], at=after(3))
        noter.files.report_progress(file.id, attempt=1, progress=progress)
        noter.commit()
        mover.commit()

    assert stored(units_of_work, file) == replace(
        cancelled, published_at=after(3), progress=progress
    )


def test_transactions_that_do_not_meet_are_both_committed(
    units_of_work: MemoryUnitOfWorkFactory,
) -> None:
    one, other = build_file(), build_file()

    with units_of_work.for_writing() as first, units_of_work.for_writing() as second:
        first.files.add(one)
        first.outbox.add(build_message())
        second.files.add(other)
        second.outbox.add(build_message())
        second.commit()
        first.commit()

    assert stored(units_of_work, one) == one.state
    assert stored(units_of_work, other) == other.state


def test_of_two_relays_claiming_the_same_message_the_first_to_commit_has_it(
    units_of_work: MemoryUnitOfWorkFactory,
) -> None:
    with units_of_work.for_writing() as work:
        work.outbox.add(build_message())
        work.commit()

    with units_of_work.for_writing() as first, units_of_work.for_writing() as second:
        for work, owner in ((first, "relay-1"), (second, "relay-2")):
            assert len(work.outbox.claim(owner=owner, limit=1, at=START, until=after(60))) == 1
        second.commit()
        with pytest.raises(DatabaseUnavailableError):
            first.commit()


def test_the_loser_of_a_race_for_a_key_learns_it_at_commit(
    units_of_work: MemoryUnitOfWorkFactory,
) -> None:
    with units_of_work.for_writing() as first, units_of_work.for_writing() as second:
        first.idempotency_keys.add(build_idempotency_record())
        second.idempotency_keys.add(build_idempotency_record())
        first.commit()
        with pytest.raises(IdempotencyKeyTakenError):
            second.commit()


def test_a_unit_of_work_for_reading_refuses_to_write(
    units_of_work: MemoryUnitOfWorkFactory,
) -> None:
    with units_of_work.for_reading() as work:
        with pytest.raises(RuntimeError):
            work.files.add(build_file())
        with pytest.raises(RuntimeError):
            work.commit()


def test_a_unit_of_work_commits_once(units_of_work: MemoryUnitOfWorkFactory) -> None:
    with units_of_work.for_writing() as work:
        work.commit()
        with pytest.raises(RuntimeError):
            work.commit()
