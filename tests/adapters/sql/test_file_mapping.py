"""What is stored of a file is what comes back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, select

from adapters.sql.engine import create_engine, for_writing
from adapters.sql.file_mapping import event_row, file_event, file_row, file_state
from adapters.sql.metadata import metadata
from adapters.sql.sqlite_file import make_database_file
from adapters.sql.tables import file_history, files
from domain.events import FileEvent, FileEventName
from domain.file_head import Compression
from domain.file_state import FileState, Lease, ResultFile, SchemaReference
from domain.file_status import FileStatus, Outcome
from domain.file_type import FileType
from domain.processing_options import MaxErrors, OnError, ProcessingOptions
from domain.processing_report import RowCounts
from domain.progress import Progress
from tests.builders import build_file_state

moments = st.datetimes(timezones=st.just(UTC))
words = st.text(st.characters(codec="utf-8"), max_size=20)
counts = st.integers(min_value=0, max_value=2**31 - 1)
sizes = st.integers(min_value=0, max_value=2**63 - 1)
numbers = st.integers(min_value=1, max_value=2**31 - 1)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


row_counts = st.tuples(sizes, sizes, sizes).map(
    lambda parts: RowCounts(read=sum(parts), accepted=parts[0], rejected=parts[1], skipped=parts[2])
)
results = st.builds(
    ResultFile,
    name=words,
    media_type=words,
    key=words,
    etag=words,
    size_bytes=sizes,
    sha256=words,
    rows=maybe(sizes),
)
options = st.builds(
    ProcessingOptions,
    on_error=st.sampled_from(OnError),
    max_errors=maybe(
        st.builds(MaxErrors, count=counts)
        | st.builds(MaxErrors, percent=st.floats(min_value=0, max_value=100))
    ),
    outputs=st.lists(words).map(tuple),
    encoding=maybe(words),
    delimiter=maybe(words),
    header=st.booleans(),
)
endings = st.sampled_from(
    [
        (FileStatus.PENDING, None),
        (FileStatus.PROCESSING, None),
        (FileStatus.COMPLETED, Outcome.CLEAN),
        (FileStatus.COMPLETED, Outcome.PARTIAL),
        (FileStatus.FAILED, Outcome.REJECTED),
        (FileStatus.FAILED, Outcome.DEAD_LETTERED),
        (FileStatus.FAILED, Outcome.CANCELLED),
    ]
)


@st.composite
def file_states(draw: st.DrawFn) -> FileState:
    status, outcome = draw(endings)
    starts = draw(counts)
    is_processing = status is FileStatus.PROCESSING
    return FileState(
        id=draw(st.uuids()),
        tenant=draw(words),
        original_name=draw(words),
        bucket=draw(words),
        key=draw(words),
        etag=draw(words),
        file_type=draw(st.sampled_from(FileType)),
        compression=draw(maybe(st.sampled_from(Compression))),
        size_bytes=draw(sizes),
        sha256=draw(words),
        created_at=draw(moments),
        updated_at=draw(moments),
        generation_started_at=draw(moments),
        next_attempt_at=draw(moments),
        options=draw(options),
        schema=draw(maybe(st.builds(SchemaReference, name=words, version=numbers))),
        metadata=draw(st.dictionaries(words, words)),
        parent_id=draw(maybe(st.uuids())),
        trace_parent=draw(maybe(words)),
        status=status,
        outcome=outcome,
        error_code=draw(maybe(words)),
        error_message=draw(maybe(words)),
        rows=draw(maybe(row_counts)),
        results=draw(st.lists(results, max_size=4).map(tuple)),
        progress=draw(st.builds(Progress, bytes_read=sizes, rows_read=sizes)),
        generation=draw(numbers),
        attempt=draw(st.integers(min_value=starts, max_value=2**31 - 1)),
        failures=draw(counts),
        retries=draw(counts),
        starts=starts,
        lease=draw(st.builds(Lease, owner=words, expires_at=moments)) if is_processing else None,
        published_at=draw(maybe(moments)),
        processed_at=draw(moments) if outcome else None,
        version=draw(numbers),
    )


events = st.builds(
    FileEvent,
    name=st.sampled_from(FileEventName),
    file_id=st.uuids(),
    tenant=words,
    at=moments,
    generation=numbers,
    attempt=counts,
    from_status=maybe(st.sampled_from(FileStatus)),
    to_status=st.sampled_from(FileStatus),
    seconds=st.floats(allow_nan=False, allow_infinity=False),
    outcome=maybe(st.sampled_from(Outcome)),
    error_code=maybe(words),
    error_message=maybe(words),
    details=st.dictionaries(words, words | counts),
)


@pytest.fixture(scope="module")
def shared_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One database for every example; each rolls back what it wrote."""
    path: Path = tmp_path_factory.mktemp("mapping") / "gristmill.db"
    make_database_file(path)
    engine = create_engine(path)
    with for_writing(engine).begin() as connection:
        metadata.create_all(connection)
    yield engine
    engine.dispose()


@given(state=file_states())
def test_every_state_comes_back_from_the_database_as_it_was(
    shared_engine: Engine, state: FileState
) -> None:
    with for_writing(shared_engine).connect() as connection:
        connection.execute(insert(files), file_row(state))
        row = connection.execute(select(files)).one()

    assert file_state(row) == state


@given(event=events)
def test_every_event_comes_back_from_the_database_as_it_was(
    shared_engine: Engine, event: FileEvent
) -> None:
    with for_writing(shared_engine).connect() as connection:
        connection.execute(insert(files), file_row(build_file_state(id=event.file_id)))
        connection.execute(insert(file_history), event_row(event))
        row = connection.execute(select(file_history)).one()

    assert file_event(row) == event


def test_a_tombstone_comes_back_from_the_database_as_it_was(shared_engine: Engine) -> None:
    moment = datetime(2026, 11, 23, 9, 30, 0, 123456, tzinfo=UTC)
    tombstone = build_file_state(
        status=FileStatus.FAILED,
        outcome=Outcome.CANCELLED,
        processed_at=moment,
        erased_at=moment,
        removal_due_at=moment,
        original_name="",
        key="",
        etag="",
        sha256="",
    )

    with for_writing(shared_engine).connect() as connection:
        connection.execute(insert(files), file_row(tombstone))
        row = connection.execute(select(files)).one()

    assert file_state(row) == tombstone


def test_a_row_has_a_value_for_every_column_of_the_table() -> None:
    assert set(file_row(build_file_state())) == {column.name for column in files.columns}
