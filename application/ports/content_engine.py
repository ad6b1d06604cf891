"""Validates and transforms one file's content."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Final, Protocol

from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.processing_report import ProcessingReport
from domain.progress import Progress
from domain.schema import Schema

ERRORS_NAME: Final = "errors.ndjson"
"""The result that holds every row error, one JSON object a line, in order."""

ERRORS_INDEX_NAME: Final = "errors.index.json"
"""The result that tells where they stand, an `ErrorIndex`; only when there are many."""


class ContentSource(Protocol):
    """The submitted bytes; may be opened more than once."""

    @property
    def size_bytes(self) -> int:
        """The whole length in bytes."""

    def open(self) -> Generator[bytes]:
        """Yields the content from its start, lazily; close it to stop early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedResult:
    """A result as it is kept; `sha256` is in hexadecimal."""

    size_bytes: int
    sha256: str


class ResultSink(Protocol):
    """One result file being written."""

    def write(self, data: bytes) -> None:
        """Appends `data`."""

    def commit(self, *, rows: int | None) -> CommittedResult:
        """Keeps what was written as a result of the file; `rows` is its number of data rows.

        Tells what the result amounts to, for others to be compared with it.
        """


class ResultSinks(Protocol):
    """Where results go. A sink that is never committed leaves nothing behind."""

    def open(self, name: str, *, media_type: str) -> ResultSink:
        """A new sink for the result called `name`, `clean.csv` for one.

        It takes the place of one that was opened for that name before and is not committed.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineJob:
    """One file to process: what to read, by which rules, where to write, whom to tell."""

    source: ContentSource
    file_type: FileType
    schema: Schema | None
    options: ProcessingOptions
    sinks: ResultSinks
    progress: Callable[[Progress], None]
    should_stop: Callable[[], bool]


class ContentEngine(ABC):
    """Turns submitted bytes into clean rows, rejected rows with reasons, and a report."""

    @abstractmethod
    def process(self, job: EngineJob) -> ProcessingReport:
        """The report, after all results were written to `job.sinks` and committed.

        These are the clean rows in the formats that `options.outputs` names (`clean.csv`,
        `clean.ndjson`, `clean.parquet`), `errors.ndjson`, `report.json` and the rejected rows:
        `rejected.csv` of a CSV file, `rejected.json` of a JSON file, `rejected.ndjson` of an
        NDJSON file, none of them when the file could not be read as its type; and
        `errors.index.json` when there are more errors than one likes to read for a page.
        `datapackage.json` describes them all where the columns could be told. Where the results
        would take too much room, there are a report without rows and an empty `errors.ndjson`.

        Bad content is never an exception: it is in the report, whose outcome says whether the
        file as a whole is clean, partial or rejected. A rejected file commits no `clean.*`.
        Processed in their turn, rejected rows that nobody repaired are rejected again.
        Memory does not grow with the file. The same source, schema and options give the
        same bytes in every result. `job.progress` is called now and then, `job.should_stop`
        at least once a second of work.

        Raises ProcessingStoppedError when `job.should_stop()` came true, ResourceLimitError when
        the file takes more than one file may have, StorageUnavailableError when the engine finds
        no room for its temporary files, EngineUnavailableError when it cannot run at all (both
        retryable); whatever the source, the sinks or the callbacks raise passes through unchanged.
        """
