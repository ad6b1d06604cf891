"""The engine driven from memory, and its results taken apart by independent readers."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

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
from domain.progress import Progress
from domain.schema import Schema
from domain.schema_descriptor import parse_schema

WHOLE = 1 << 30


@dataclass(frozen=True, slots=True)
class BytesSource(ContentSource):
    """Bytes that arrive `chunk_bytes` at a time."""

    content: bytes
    chunk_bytes: int = WHOLE

    @property
    def size_bytes(self) -> int:
        return len(self.content)

    def open(self) -> Generator[bytes]:
        for start in range(0, len(self.content), self.chunk_bytes):
            yield self.content[start : start + self.chunk_bytes]


@dataclass(slots=True)
class KeptSinks(ResultSinks):
    """Remembers what was committed, and nothing else."""

    kept: dict[str, bytes] = field(default_factory=dict)
    rows: dict[str, int | None] = field(default_factory=dict)

    def open(self, name: str, *, media_type: str) -> ResultSink:
        return _KeptSink(self, name)


class _KeptSink(ResultSink):
    def __init__(self, sinks: KeptSinks, name: str) -> None:
        self._sinks = sinks
        self._name = name
        self._written = bytearray()

    def write(self, data: bytes) -> None:
        self._written += data

    def commit(self, *, rows: int | None) -> CommittedResult:
        content = bytes(self._written)
        self._sinks.kept[self._name] = content
        self._sinks.rows[self._name] = rows
        digest = hashlib.sha256(content).hexdigest()
        return CommittedResult(size_bytes=len(content), sha256=digest)


@dataclass(frozen=True, slots=True)
class Milled:
    """What came of one content."""

    report: ProcessingReport
    results: dict[str, bytes]
    result_rows: dict[str, int | None]

    @property
    def clean(self) -> list[list[str]]:
        """The accepted rows, with the header."""
        return read_csv(self.results["clean.csv"])

    @property
    def rejected(self) -> list[list[str]]:
        """The rejected rows, with the header."""
        return read_csv(self.results["rejected.csv"].removeprefix(b"\xef\xbb\xbf"))

    @property
    def rejected_objects(self) -> list[dict[str, Any]]:
        """The rejected records of a JSON file, numbers as they are written."""
        objects: list[dict[str, Any]] = json.loads(
            self.results["rejected.json"], parse_float=Decimal
        )
        return objects

    @property
    def rejected_lines(self) -> list[dict[str, Any]]:
        """The rejected records of an NDJSON file."""
        return [json.loads(line) for line in self.results["rejected.ndjson"].split(b"\n")[:-1]]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The members of every line of errors.ndjson."""
        return [json.loads(line) for line in self.results["errors.ndjson"].splitlines()]

    @property
    def places(self) -> list[tuple[int, int, str | None, str]]:
        """Row, line, column and code of every error."""
        return [(e["row"], e["line"], e["column"], e["code"]) for e in self.errors]


def mill(
    content: bytes,
    file_type: FileType = FileType.CSV,
    *,
    schema: Schema | None = None,
    options: ProcessingOptions | None = None,
    limits: Limits | None = None,
    chunk_bytes: int = WHOLE,
    progress: Callable[[Progress], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Milled:
    """The results and the report of processing that content."""
    sinks = KeptSinks()
    job = EngineJob(
        source=BytesSource(content, chunk_bytes),
        file_type=file_type,
        schema=schema,
        options=options or ProcessingOptions(),
        sinks=sinks,
        progress=progress,
        should_stop=should_stop,
    )
    report = TabularContentEngine(limits=limits).process(job)
    return Milled(report, sinks.kept, sinks.rows)


def schema_of(*fields: dict[str, Any], **keywords: Any) -> Schema:
    """A schema of those fields."""
    descriptor = {"fields": list(fields), **keywords}
    return parse_schema(descriptor, patterns=Re2PatternMatcher())


def read_csv(content: bytes) -> list[list[str]]:
    """The records as the standard library reads them."""
    csv.field_size_limit(1 << 30)
    return list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
