"""One run of the engine in a process of its own: `python -m tests.benchmarks.run FILE [PATH]`.

PATH is `fast` or `exact`. Prints how fast it was, and the most memory the process had.
"""

import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from adapters.tabular.engine import TabularContentEngine
from adapters.tabular.limits import Limits
from adapters.tabular.patterns import Re2PatternMatcher
from application.ports.content_engine import (
    CommittedResult,
    ContentSource,
    EngineJob,
    ResultSink,
    ResultSinks,
)
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.processing_report import ProcessingReport
from domain.schema import Schema
from domain.schema_descriptor import parse_schema
from tests.benchmarks.orders import SCHEMA
from tests.benchmarks.orders_file import FileSource

FAST = Limits(fast_from_bytes=0)
EXACT = Limits(fast_from_bytes=sys.maxsize)


@dataclass(frozen=True, slots=True)
class DiscardingSinks(ResultSinks, ResultSink):
    """Results that cost nothing to keep."""

    def open(self, name: str, *, media_type: str) -> ResultSink:
        return self

    def write(self, data: bytes) -> None:
        pass

    def commit(self, *, rows: int | None) -> CommittedResult:
        return CommittedResult(size_bytes=0, sha256="")


def process(source: ContentSource, schema: Schema | None, *, limits: Limits) -> ProcessingReport:
    """The report of one whole run of the engine; its results are thrown away."""
    return TabularContentEngine(limits=limits).process(
        EngineJob(
            source=source,
            file_type=FileType.CSV,
            schema=schema,
            options=ProcessingOptions(),
            sinks=DiscardingSinks(),
            progress=lambda _: None,
            should_stop=lambda: False,
        )
    )


def orders_schema(**keywords: object) -> Schema:
    """The schema of the orders, with other keywords where wanted."""
    return parse_schema({**SCHEMA, **keywords}, patterns=Re2PatternMatcher())


def peak_megabytes() -> float:
    """The most memory that this process has had so far."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1_000_000


def main() -> None:
    source = FileSource(Path(sys.argv[1]))
    limits = EXACT if sys.argv[2:] == ["exact"] else FAST
    started = perf_counter()
    process(source, orders_schema(), limits=limits)
    seconds = perf_counter() - started
    print(f"{source.size_bytes / 1e6 / seconds:.1f} {peak_megabytes():.0f}")


if __name__ == "__main__":
    main()
