"""Many workers of several processes at few files, and a history that is checked afterwards."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine

from adapters.memory.file_storage import MemoryFileStorage
from adapters.sql.engine import create_engine
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from adapters.system.system_clock import SystemClock
from domain.events import FileEvent, FileEventName
from tests.builders import build_file
from tests.databases.conftest import PROCESSES
from tests.databases.effort import by_effort
from tests.databases.lease_contest import Contest, Deed, Note, compete
from tests.databases.record import Record, read_record
from tests.databases.watch import RecordWatch

THREADS = 16
"""Of all processes together, as evenly as can be."""
FILES = 6
# A minute for each database is for build servers; `check_seen` holds even the shortest contest
# to having been one.
SECONDS = by_effort(5, ci=60, soak=600)

_LEFT_BY = {
    FileEventName.STARTED: Deed.CLAIM,
    FileEventName.TAKEN_OVER: Deed.CLAIM,
    FileEventName.COMPLETED: Deed.FINISH,
    FileEventName.RELEASED: Deed.RELEASE,
    FileEventName.RETRY_SCHEDULED: Deed.RETRY,
    FileEventName.REPROCESSED: Deed.REPROCESS,
}
_ENDS_A_LEASE = (
    FileEventName.COMPLETED,
    FileEventName.RELEASED,
    FileEventName.RETRY_SCHEDULED,
    FileEventName.CANCELLED,
)


@pytest.fixture
def engine(place: str | Path) -> Iterator[Engine]:
    """The database, by its own time."""
    engine = create_engine(place, wait_seconds=60)
    yield engine
    engine.dispose()


def test_of_workers_that_fight_for_files_each_attempt_is_one_alone(
    place: str | Path, engine: Engine, processes: ProcessPoolExecutor
) -> None:
    file_ids = add_files(engine)

    running = [
        processes.submit(
            compete,
            Contest(
                place=place,
                file_ids=file_ids,
                threads=-(-THREADS // PROCESSES),
                seconds=SECONDS,
                seed=number,
            ),
        )
        for number in range(PROCESSES)
    ]
    notes = [note for part in running for note in part.result()]

    record = read_record(engine)
    RecordWatch(MemoryFileStorage()).check_moves_of(record)
    check_deeds(notes, record)
    check_leases(notes, record.history)
    check_seen(notes, record)


def add_files(engine: Engine) -> list[UUID]:
    units_of_work = SqlUnitOfWorkFactory(
        engine, SystemClock(), observer=lambda events: None, bell=lambda: None
    )
    with units_of_work.for_writing() as work:
        now = work.now()
        files = [build_file(created_at=now) for _ in range(FILES)]
        for file in files:
            work.files.add(file)
        work.commit()
    return [file.id for file in files]


def check_deeds(notes: Sequence[Note], record: Record) -> None:
    """Every move was somebody's, who was told so; and nobody else's changed anything."""
    told = Counter(
        (note.deed, note.file_id, note.generation, note.attempt)
        for note in notes
        if note.succeeded and note.deed in _LEFT_BY.values()
    )
    left = Counter(
        (_LEFT_BY[event.name], event.file_id, event.generation, event.attempt)
        for history in record.history.values()
        for event in history
        if event.name in _LEFT_BY
    )
    assert told == left
    assert set(told.values()) == {1}
    # To cancel twice is to cancel once: several may have been told so of the same end.
    asked = {
        (note.file_id, note.generation)
        for note in notes
        if note.deed is Deed.CANCEL and note.succeeded
    }
    assert asked == {
        (event.file_id, event.generation)
        for history in record.history.values()
        for event in history
        if event.name is FileEventName.CANCELLED
    }


def check_leases(notes: Sequence[Note], history: Mapping[UUID, Sequence[FileEvent]]) -> None:
    """By database time no two leases of a file overlap, renewals included."""
    leased_until: defaultdict[tuple[UUID, int], list[datetime]] = defaultdict(list)
    for note in notes:
        if note.succeeded and note.until is not None:
            leased_until[note.file_id, note.attempt].append(note.until)
    for file_id, events in history.items():
        holder: int | None = None
        for event in events:
            if event.name is FileEventName.TAKEN_OVER:
                assert holder == event.attempt - 1
                assert event.at >= max(leased_until[file_id, holder])
            if event.name in (FileEventName.STARTED, FileEventName.TAKEN_OVER):
                holder = event.attempt
            elif event.name in _ENDS_A_LEASE:
                holder = None


def check_seen(notes: Sequence[Note], record: Record) -> None:
    """The contest was one: leases were lost, and old attempts were refused."""
    names = Counter(event.name for history in record.history.values() for event in history)
    assert names[FileEventName.TAKEN_OVER] > 0
    refused = Counter(note.deed for note in notes if not note.succeeded)
    assert refused[Deed.RENEW] > 0
    assert refused[Deed.FINISH] > 0
