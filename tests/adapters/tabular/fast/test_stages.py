"""A large CSV is read, judged and written by threads beside each other: nobody notices."""

import threading
from collections.abc import Generator
from dataclasses import dataclass

import pytest

from adapters.tabular.engine import TabularContentEngine
from adapters.tabular.limits import Limits
from application.ports.content_engine import (
    CommittedResult,
    ContentSource,
    EngineJob,
    ResultSink,
    ResultSinks,
)
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.progress import Progress
from tests.adapters.tabular.mill import BytesSource, KeptSinks

CONTENT = b"id,name\n" + b"1,a\n" * 200_000
LIMITS = Limits(fast_from_bytes=0, fast_chunk_bytes=64 * 1024)


@dataclass(frozen=True, slots=True)
class BrokenSource(ContentSource):
    """Content that cannot be read to its end, but for the looks at how it begins."""

    @property
    def size_bytes(self) -> int:
        return len(CONTENT)

    def open(self) -> Generator[bytes]:
        yield CONTENT[: len(CONTENT) // 2]
        raise OSError("the source is gone")


class FullSinks(ResultSinks, ResultSink):
    """Room for a header, and for nothing else."""

    def open(self, name: str, *, media_type: str) -> ResultSink:
        return self

    def write(self, data: bytes) -> None:
        if len(data) > 1000:
            raise OSError("the disk is full")

    def commit(self, *, rows: int | None) -> CommittedResult:
        raise AssertionError("nothing of it may be kept")


def job(source: ContentSource, sinks: ResultSinks, **watchers: object) -> EngineJob:
    told: list[Progress] = []
    watching = {"progress": told.append, "should_stop": lambda: False, **watchers}
    return EngineJob(
        source=source,
        file_type=FileType.CSV,
        schema=None,
        options=ProcessingOptions(encoding="utf-8"),
        sinks=sinks,
        **watching,  # type: ignore[arg-type] # two callables
    )


def engine_threads() -> list[str]:
    names = [thread.name for thread in threading.enumerate()]
    return [name for name in names if name.startswith("content-engine")]


def test_the_job_is_told_and_asked_by_the_thread_that_called_the_engine() -> None:
    callers: set[int] = set()

    def should_stop() -> bool:
        callers.add(threading.get_ident())
        return False

    def progress(_: Progress) -> None:
        callers.add(threading.get_ident())

    TabularContentEngine(limits=LIMITS).process(
        job(BytesSource(CONTENT, 10_000), KeptSinks(), progress=progress, should_stop=should_stop)
    )

    assert callers == {threading.get_ident()}
    assert engine_threads() == []


def test_what_the_source_raises_passes_through_and_leaves_no_thread() -> None:
    with pytest.raises(OSError, match="the source is gone"):
        TabularContentEngine(limits=LIMITS).process(job(BrokenSource(), KeptSinks()))

    assert engine_threads() == []


def test_what_a_sink_raises_passes_through_and_leaves_no_thread() -> None:
    with pytest.raises(OSError, match="the disk is full"):
        TabularContentEngine(limits=LIMITS).process(job(BytesSource(CONTENT), FullSinks()))

    assert engine_threads() == []
