"""Whatever runs the engine: the same bytes, the same errors, nothing left open."""

import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

import pytest

from adapters.tabular.engine import TabularContentEngine
from application.errors import ContentChangedError, ProcessingStoppedError, StorageFullError
from application.ports.content_engine import (
    CommittedResult,
    ContentEngine,
    ContentSource,
    ResultSink,
    ResultSinks,
)
from domain.errors import InvalidOptionError
from domain.file_type import FileType
from domain.processing_options import MaxErrors, OnError, ProcessingOptions
from domain.processing_report import ProcessingReport
from domain.progress import Progress
from domain.schema import Schema
from tests.adapters.sandbox.sandboxes import REAL, job_of, sandbox
from tests.adapters.tabular.mill import BytesSource, KeptSinks, schema_of

SCHEMA = schema_of(
    {"name": "id", "type": "integer", "constraints": {"unique": True}},
    {"name": "größe", "type": "number", "constraints": {"maximum": 1e30}},
    {"name": "tag", "type": "string", "constraints": {"pattern": "[a-zäöü]+", "enum": ["a", "ä"]}},
    missingValues=["", "-"],
)


@pytest.fixture(params=["in this process", "in a process of its own"], scope="module")
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ContentEngine]:
    """One for all tests, so that each works after what went wrong in those before it."""
    if request.param == "in this process":
        yield TabularContentEngine()
        return
    with sandbox(tmp_path_factory.mktemp("scratch"), command=REAL) as made:
        yield made.engine
        assert list(made.scratch.iterdir()) == []


@dataclass(frozen=True)
class Case:
    """A content, and how it is to be read."""

    name: str
    content: bytes
    file_type: FileType = FileType.CSV
    schema: Schema | None = None
    options: ProcessingOptions = field(default_factory=ProcessingOptions)

    def __str__(self) -> str:
        return self.name


ROWS = b"".join(b'%d,%d.5,"\xc3\xa4"\n' % (row, row) for row in range(16_000))
CASES = [
    Case("nothing", b""),
    Case("a header alone", b"a,b\n"),
    Case("rows of every kind", b'a,b\n1,2\n\n3\n"x\ny,"z\n4,5,6\n\xff,1\n', schema=None),
    Case("many rows, some twice", "id,größe,tag\n".encode() + ROWS + ROWS[:9_000], schema=SCHEMA),
    Case("another header", b"x,y\n1,2\n", schema=SCHEMA),
    Case("no JSON", b"hello", FileType.JSON),
    Case("objects", '[{"id":1,"größe":2.50,"tag":"ä"},7,{"id":1}]'.encode(), FileType.JSON, SCHEMA),
    Case(
        "every output, and changed values",
        b"id,name\n1, ann \n2,\n",
        schema=schema_of(
            {"name": "id", "type": "integer"},
            {"name": "name", "type": "string", "gristmill": {"trim": True, "default": "nobody"}},
        ),
        options=ProcessingOptions(outputs=("csv", "ndjson", "parquet")),
    ),
    Case(
        "options",
        b"1;2\n3;4;5\n6;7\n",
        options=ProcessingOptions(
            on_error=OnError.REJECT_FILE,
            max_errors=MaxErrors(percent=2.5),
            encoding="cp1252",
            delimiter=";",
            header=False,
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_results_are_those_of_the_engine_itself(case: Case, engine: ContentEngine) -> None:
    expected = KeptSinks()
    expected_report = process(TabularContentEngine(), case, sinks=expected)

    for chunk_bytes in (1 << 30, 1000):
        sinks = KeptSinks()
        report = process(engine, case, sinks=sinks, chunk_bytes=chunk_bytes)

        assert report == expected_report
        assert sinks.kept == expected.kept
        assert sinks.rows == expected.rows


def test_chunks_without_content_are_no_end(engine: ContentEngine) -> None:
    class Halting(ContentSource):
        size_bytes = 8

        def open(self) -> Generator[bytes]:
            yield from (b"", b"a,b\n", b"", b"", b"1,2\n", b"")

    report = engine.process(job_of(Halting()))

    assert report.rows.accepted == 1


@pytest.mark.parametrize("file_type", list(FileType))
def test_progress_rises_to_the_end(file_type: FileType, engine: ContentEngine) -> None:
    content = content_of(file_type, rows=1000)
    seen: list[Progress] = []

    engine.process(job_of(BytesSource(content, 500), file_type=file_type, progress=seen.append))

    assert seen[-1] == Progress(bytes_read=len(content), rows_read=1000)
    assert seen == sorted(seen, key=lambda progress: (progress.bytes_read, progress.rows_read))
    assert len(seen) > 5


@pytest.mark.parametrize("file_type", list(FileType))
def test_it_stops_when_told_and_keeps_nothing(file_type: FileType, engine: ContentEngine) -> None:
    source = WatchedSource(content_of(file_type, rows=200_000))
    sinks = KeptSinks()
    seen: list[Progress] = []

    with pytest.raises(ProcessingStoppedError):
        engine.process(
            job_of(
                source,
                file_type=file_type,
                sinks=sinks,
                progress=seen.append,
                should_stop=lambda: len(seen) > 3,
            )
        )

    assert sinks.kept == {}
    assert source.open_count == 0


@pytest.mark.parametrize("file_type", list(FileType))
def test_every_opening_of_the_source_is_closed(file_type: FileType, engine: ContentEngine) -> None:
    source = WatchedSource(content_of(file_type, rows=8_000))

    engine.process(job_of(source, file_type=file_type))

    assert source.open_count == 0
    assert source.opened > 0


@pytest.mark.parametrize("after_bytes", [0, 5_000, 300_000])
def test_what_the_source_raises_passes_through(after_bytes: int, engine: ContentEngine) -> None:
    raised = ContentChangedError("uploads/1/people.csv")
    source = WatchedSource(content_of(FileType.CSV, rows=200_000), raised, after_bytes=after_bytes)

    with pytest.raises(ContentChangedError) as caught:
        engine.process(job_of(source))

    assert caught.value is raised
    assert source.open_count == 0
    check_that_it_goes_on(engine)


@pytest.mark.parametrize("step", ["open", "write", "commit"])
def test_what_a_sink_raises_passes_through(step: str, engine: ContentEngine) -> None:
    raised = StorageFullError("no room")
    source = WatchedSource(content_of(FileType.CSV, rows=200_000))

    with pytest.raises(StorageFullError) as caught:
        engine.process(job_of(source, sinks=FullSinks(step, raised)))

    assert caught.value is raised
    assert source.open_count == 0
    check_that_it_goes_on(engine)


@pytest.mark.parametrize("callback", ["progress", "should_stop"])
def test_what_a_callback_raises_passes_through(callback: str, engine: ContentEngine) -> None:
    raised = ZeroDivisionError("a defect of the caller")

    def fail(*_: Progress) -> bool:
        raise raised

    with pytest.raises(ZeroDivisionError) as caught:
        engine.process(job_of(BytesSource(b"a\n1\n"), **{callback: fail}))

    assert caught.value is raised
    check_that_it_goes_on(engine)


def test_a_delimiter_that_is_none_is_refused(engine: ContentEngine) -> None:
    with pytest.raises(InvalidOptionError) as caught:
        engine.process(job_of(BytesSource(b"a\n"), options=ProcessingOptions(delimiter='"')))

    assert caught.value.option == "delimiter"
    check_that_it_goes_on(engine)


def test_files_are_processed_beside_each_other(engine: ContentEngine) -> None:
    reports: list[ProcessingReport] = []
    both_at_work = threading.Barrier(2, timeout=60)

    class Meeting(WatchedSource):
        def open(self) -> Generator[bytes]:
            if not self.opened:
                both_at_work.wait()
            yield from super().open()

    def work() -> None:
        source = Meeting(content_of(FileType.CSV, rows=10_000))
        reports.append(engine.process(job_of(source)))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [report.rows.accepted for report in reports] == [10_000, 10_000]


def process(
    engine: ContentEngine, case: Case, *, sinks: KeptSinks, chunk_bytes: int = 1 << 30
) -> ProcessingReport:
    """The report on the case's content."""
    return engine.process(
        job_of(
            BytesSource(case.content, chunk_bytes),
            file_type=case.file_type,
            schema=case.schema,
            options=case.options,
            sinks=sinks,
        )
    )


def check_that_it_goes_on(engine: ContentEngine) -> None:
    """The next file is read as if nothing had been."""
    assert engine.process(job_of(BytesSource(b"a,b\n1,2\n"))).rows.accepted == 1


def content_of(file_type: FileType, *, rows: int) -> bytes:
    """So many good rows."""
    match file_type:
        case FileType.JSON:
            return b"[" + b",".join([b'{"a":1}'] * rows) + b"]"
        case FileType.NDJSON:
            return b'{"a":1}\n' * rows
        case FileType.CSV:
            return b"a\n" + b"1\n" * rows


class WatchedSource(ContentSource):
    """Counts the openings that nobody closed; may break off."""

    CHUNK_BYTES = 1000

    def __init__(
        self, content: bytes, error: Exception | None = None, *, after_bytes: int = 0
    ) -> None:
        self._content = content
        self._error = error
        self._after_bytes = after_bytes
        self.opened = self.open_count = 0

    @property
    def size_bytes(self) -> int:
        return len(self._content)

    def open(self) -> Generator[bytes]:
        self.opened += 1
        self.open_count += 1
        try:
            for start in range(0, len(self._content), self.CHUNK_BYTES):
                if self._error is not None and start >= self._after_bytes:
                    raise self._error
                yield self._content[start : start + self.CHUNK_BYTES]
        finally:
            self.open_count -= 1


@dataclass(frozen=True)
class FullSinks(ResultSinks):
    """Raises `error` at `step`, of whichever result."""

    step: str
    error: Exception

    def open(self, name: str, *, media_type: str) -> ResultSink:
        self.fail_at("open")
        return _FullSink(self)

    def fail_at(self, step: str) -> None:
        """Raises, if this is the step."""
        if step == self.step:
            raise self.error


class _FullSink(ResultSink):
    def __init__(self, sinks: FullSinks) -> None:
        self._sinks = sinks

    def write(self, data: bytes) -> None:
        self._sinks.fail_at("write")

    def commit(self, *, rows: int | None) -> CommittedResult:
        self._sinks.fail_at("commit")
        return CommittedResult(size_bytes=0, sha256="0" * 64)
