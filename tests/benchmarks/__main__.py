"""How fast the content engine is, beside two floors measured in the same run.

`python -m tests.benchmarks [ROWS]`. Each line is the best of three, since everything that
disturbs a measurement makes it slower; compare the ratios, for the machine is in the rest.
"""

import csv
import io
import sys
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from time import perf_counter

from adapters.tabular.engine import TabularContentEngine
from adapters.tabular.patterns import Re2PatternMatcher
from application.ports.content_engine import ContentSource, EngineJob, ResultSink, ResultSinks
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.processing_report import ProcessingReport
from domain.schema import Schema
from domain.schema_descriptor import parse_schema
from tests.benchmarks.orders import SCHEMA, orders_csv

ROUNDS = 3
CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class InMemorySource(ContentSource):
    """Content that costs nothing to read."""

    content: bytes

    @property
    def size_bytes(self) -> int:
        return len(self.content)

    def open(self) -> Generator[bytes]:
        for start in range(0, len(self.content), CHUNK_BYTES):
            yield self.content[start : start + CHUNK_BYTES]


class DiscardingSinks(ResultSinks, ResultSink):
    """Results that cost nothing to keep."""

    def open(self, name: str, *, media_type: str) -> ResultSink:
        return self

    def write(self, data: bytes) -> None:
        pass

    def commit(self, *, rows: int | None) -> None:
        pass


def main() -> None:
    """Prints one line per measurement, the fastest first."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    content = orders_csv(rows)
    schema = parse_schema(SCHEMA, patterns=Re2PatternMatcher())
    measured = {
        "counting newlines": best_of(lambda: content.count(b"\n")),
        "reading with the csv module": best_of(lambda: read_by_csv(content)),
        "the engine without a schema": best_of(lambda: process(content, None)),
        "the engine with a schema": best_of(lambda: process(content, schema)),
    }
    print_table(measured, rows=rows, megabytes=len(content) / 1_000_000)
    counts = process(content, schema).rows
    print(f"\nwith the schema: {counts.accepted:,} rows accepted, {counts.rejected:,} rejected")


def print_table(measured: Mapping[str, float], *, rows: int, megabytes: float) -> None:
    """Prints each measurement's seconds, rates, and how many times the floors it takes."""
    newlines, reading, *_ = measured.values()
    print(f"{rows:,} rows of 12 columns, {megabytes:.1f} MB, one row in a hundred bad\n")
    print(f"{'':28} {'seconds':>9} {'rows/s':>12} {'MB/s':>9} {'x csv':>8} {'x newlines':>11}")
    for name, seconds in measured.items():
        print(
            f"{name:28} {seconds:9.4f} {rows / seconds:12,.0f} {megabytes / seconds:9.1f}"
            f" {seconds / reading:8.2f} {seconds / newlines:11,.0f}"
        )


def best_of(work: Callable[[], object]) -> float:
    """The seconds of the fastest of a few rounds."""
    return min(_seconds(work) for _ in range(ROUNDS))


def _seconds(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def read_by_csv(content: bytes) -> int:
    """The number of records: the least that any reader in Python has to do."""
    return sum(1 for _ in csv.reader(io.StringIO(content.decode(), newline="")))


def process(content: bytes, schema: Schema | None) -> ProcessingReport:
    """The report of one whole run of the engine; its results are thrown away."""
    return TabularContentEngine().process(
        EngineJob(
            source=InMemorySource(content),
            file_type=FileType.CSV,
            schema=schema,
            options=ProcessingOptions(),
            sinks=DiscardingSinks(),
            progress=lambda _: None,
            should_stop=lambda: False,
        )
    )


if __name__ == "__main__":
    main()
