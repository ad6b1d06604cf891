"""Gristmill's engine with all of its results on disk: rejected rows, every error, the report."""

import sys
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from adapters.tabular.engine import TabularContentEngine
from adapters.tabular.limits import Limits
from adapters.tabular.patterns import Re2PatternMatcher
from application.ports.content_engine import CommittedResult, EngineJob, ResultSink, ResultSinks
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.schema_descriptor import parse_schema
from tests.benchmarks.file_source import FileSource
from tests.benchmarks.orders import SCHEMA

_LIMITS = Limits()


def validate_only(path: Path, folder: Path) -> int:
    """The number of good rows, which are not written."""
    return _process(path, folder, outputs=())


def with_csv(path: Path, folder: Path) -> int:
    """The same with `clean.csv`."""
    return _process(path, folder, outputs=("csv",))


def with_parquet(path: Path, folder: Path) -> int:
    """The same with `clean.parquet`."""
    return _process(path, folder, outputs=("parquet",))


def with_key(path: Path, folder: Path) -> int:
    """The same with `clean.parquet`, and with a primary key that has to be kept unique."""
    return _process(path, folder, outputs=("parquet",), primary_key=["order_id"])


def exactly(path: Path, folder: Path) -> int:
    """Everything by the exact path, which explains the bad rows otherwise, with `clean.csv`."""
    limits = replace(_LIMITS, fast_from_bytes=sys.maxsize)
    return _process(path, folder, outputs=("csv",), limits=limits)


def _process(
    path: Path,
    folder: Path,
    *,
    outputs: tuple[str, ...],
    primary_key: list[str] | None = None,
    limits: Limits = _LIMITS,
) -> int:
    keywords = {} if primary_key is None else {"primaryKey": primary_key}
    report = TabularContentEngine(limits=limits).process(
        EngineJob(
            source=FileSource(path),
            file_type=FileType.JSON if path.suffix == ".json" else FileType.CSV,
            schema=parse_schema({**SCHEMA, **keywords}, patterns=Re2PatternMatcher()),
            options=ProcessingOptions(outputs=outputs),
            sinks=FolderSinks(folder),
            progress=lambda _: None,
            should_stop=lambda: False,
        )
    )
    return report.rows.accepted


@dataclass(frozen=True, slots=True)
class FolderSinks(ResultSinks):
    """Results as files of a folder."""

    folder: Path

    def open(self, name: str, *, media_type: str) -> ResultSink:
        return _FileSink(self.folder / name)


class _FileSink(ResultSink):
    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._size_bytes = 0
        self._digest = sha256()

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self._size_bytes += len(data)

    def commit(self, *, rows: int | None) -> CommittedResult:
        self._file.close()
        return CommittedResult(size_bytes=self._size_bytes, sha256=self._digest.hexdigest())
