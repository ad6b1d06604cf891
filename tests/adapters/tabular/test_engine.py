"""The engine as its port promises it: progress, stopping, real files, memory."""

import csv
import json
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from adapters.tabular.engine import TabularContentEngine
from application.errors import ProcessingStoppedError
from application.ports.content_engine import ContentSource, EngineJob
from domain.errors import InvalidOptionError
from domain.file_status import Outcome
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.progress import Progress
from tests.adapters.tabular.mill import KeptSinks, mill

_FILES = Path(__file__).parents[2] / "data"


@pytest.mark.parametrize("name", ["airports.csv", "seattle-weather.csv"])
def test_a_real_csv_file_is_read_as_the_standard_library_reads_it(name: str) -> None:
    content = (_FILES / name).read_bytes()
    with (_FILES / name).open(newline="", encoding="utf-8") as file:
        expected = list(csv.reader(file))

    milled = mill(content, chunk_bytes=1000)

    assert milled.report.outcome is Outcome.CLEAN
    assert milled.clean == expected


def test_a_real_json_file_is_read_as_the_standard_library_reads_it() -> None:
    content = (_FILES / "cars.json").read_bytes()
    cars = json.loads(content)

    milled = mill(content, FileType.JSON, chunk_bytes=1000)

    names, *rows = milled.clean
    assert names == list(cars[0])
    assert rows == [["" if car[name] is None else str(car[name]) for name in names] for car in cars]


@pytest.mark.parametrize("file_type", list(FileType))
def test_progress_rises_to_the_end(file_type: FileType) -> None:
    rows = 1000
    content = b"a\n" + b"1\n" * rows
    if file_type is FileType.JSON:
        content = b"[" + b",".join([b'{"a":1}'] * rows) + b"]"
    if file_type is FileType.NDJSON:
        content = b'{"a":1}\n' * rows
    seen: list[Progress] = []

    mill(content, file_type, progress=seen.append, chunk_bytes=500)

    assert seen[-1] == Progress(bytes_read=len(content), rows_read=rows)
    assert seen == sorted(seen, key=lambda progress: (progress.bytes_read, progress.rows_read))
    assert len(seen) > 5


@pytest.mark.parametrize("file_type", list(FileType))
@pytest.mark.parametrize("looks_before_stop", [0, 1, 3, 10])
def test_it_stops_when_told_and_keeps_nothing(file_type: FileType, looks_before_stop: int) -> None:
    content = b"a\n" + b"1\n" * 5000
    if file_type is FileType.JSON:
        content = b"[" + b",".join([b'{"a":1}'] * 5000) + b"]"
    if file_type is FileType.NDJSON:
        content = b'{"a":1}\n' * 5000
    source = _ClosedSource(content)
    sinks = KeptSinks()
    looks = iter([False] * looks_before_stop)
    job = EngineJob(
        source=source,
        file_type=file_type,
        schema=None,
        options=ProcessingOptions(),
        sinks=sinks,
        progress=lambda _: None,
        should_stop=lambda: next(looks, True),
    )

    with pytest.raises(ProcessingStoppedError):
        TabularContentEngine().process(job)

    assert sinks.kept == {}
    assert source.open_count == 0


@pytest.mark.parametrize("options", [ProcessingOptions(), ProcessingOptions(header=False)])
def test_every_opening_of_the_source_is_closed(options: ProcessingOptions) -> None:
    for file_type in FileType:
        source = _ClosedSource(b'{"a":1}' + b"x\n" * 150_000)
        job = EngineJob(
            source=source,
            file_type=file_type,
            schema=None,
            options=options,
            sinks=KeptSinks(),
            progress=lambda _: None,
            should_stop=lambda: False,
        )

        TabularContentEngine().process(job)

        assert source.open_count == 0
        assert source.opened > 0


def test_what_the_source_raises_passes_through() -> None:
    class Broken(_ClosedSource):
        def open(self) -> Generator[bytes]:
            yield b"a\n1\n"
            raise OSError("gone")

    job = EngineJob(
        source=Broken(b""),
        file_type=FileType.CSV,
        schema=None,
        options=ProcessingOptions(),
        sinks=KeptSinks(),
        progress=lambda _: None,
        should_stop=lambda: False,
    )

    with pytest.raises(OSError, match="gone"):
        TabularContentEngine().process(job)


def test_a_delimiter_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidOptionError):
        mill(b"a,b\n", options=ProcessingOptions(delimiter='"'))


class _ClosedSource(ContentSource):
    """Counts the openings that nobody closed."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.opened = 0
        self.open_count = 0

    @property
    def size_bytes(self) -> int:
        return len(self._content)

    def open(self) -> Generator[bytes]:
        self.opened += 1
        self.open_count += 1
        try:
            for start in range(0, len(self._content), 1000):
                yield self._content[start : start + 1000]
        finally:
            self.open_count -= 1


_GROWTH = """
import resource, sys
from tests.adapters.tabular.endless import mill_endless
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
kind = sys.argv[1]
mill_endless(kind, size_bytes=300_000)
before = peak()
mill_endless(kind, size_bytes=int(sys.argv[2]) * 1000)
unit = 1024 * 1024 if sys.platform == "darwin" else 1024
print((peak() - before) // unit)
"""


@pytest.mark.parametrize(
    ("kind", "kilobytes", "most_growth_mebibytes"),
    [
        ("rows", 4_000, 10),
        ("bad rows", 800, 15),
        ("unique rows", 3_000, 10),
        ("objects", 2_500, 10),
        ("lines", 2_500, 10),
        ("compressed zeros", 200, 80),
        ("never closed quote", 40_000, 170),
        ("one endless line", 60_000, 100),
        ("one endless string", 60_000, 100),
    ],
)
def test_memory_does_not_grow_with_the_file(
    kind: str, kilobytes: int, most_growth_mebibytes: int
) -> None:
    child = subprocess.run(
        [sys.executable, "-c", _GROWTH, kind, str(kilobytes)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )

    assert int(child.stdout) <= most_growth_mebibytes
