"""Makes a schema from the first rows of a file."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from application.ports.content_engine import ContentSource
from domain.file_type import FileType
from domain.inferred_schema import InferredSchema
from domain.processing_options import ProcessingOptions
from domain.processing_report import Dialect, Encoding, FileError

SAMPLE_ROWS = 10_000
"""How many rows are looked at, unless told otherwise."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceJob:
    """What to look at: of `options`, those that say how the file is written."""

    source: ContentSource
    file_type: FileType
    options: ProcessingOptions = ProcessingOptions()
    sample_rows: int = SAMPLE_ROWS
    should_stop: Callable[[], bool] = _never


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """The schema, or why there is none: exactly one of `schema` and `file_error` is there.

    `rejected` rows among those looked at could not be read, and say nothing. `is_whole` is
    true when the sample was all there is.
    """

    schema: InferredSchema | None = None
    file_error: FileError | None = None
    rejected: int = 0
    is_whole: bool = True
    encoding: Encoding | None = None
    dialect: Dialect | None = None

    def to_json(self) -> dict[str, object]:
        """The schema and the evidence for it, as plain JSON values in a fixed order."""
        found = {} if self.schema is None else self.schema.evidence()
        return {
            "schema": None if self.schema is None else dict(self.schema.descriptor),
            "evidence": {
                "isWhole": self.is_whole,
                "rejectedRows": self.rejected,
                "encoding": None if self.encoding is None else self.encoding.name,
                "dialect": None if self.dialect is None else self.dialect.to_json(),
                **found,
            },
        }


class SchemaInference(ABC):
    """Guesses what the rows of a file are meant to be."""

    @abstractmethod
    def infer(self, job: InferenceJob) -> Inference:
        """A schema that accepts every row of the sample that could be read.

        Reads as the engine does, from the start and no further than it must: memory and time
        grow with the sample, not with the file. Broken compression is told when the reading came
        to where it is broken. Bad content is never an exception: rows that
        cannot be read are counted, and `file_error` says why a file cannot be read at all, or
        has no columns. `job.should_stop` is asked at least once a second of work.

        Whatever the source raises passes through unchanged. Raises InvalidOptionError for a
        delimiter that is none, ProcessingStoppedError when `job.should_stop()` came true,
        ResourceLimitError when the sample takes more than one file may have,
        StorageUnavailableError and EngineUnavailableError as the engine does.
        """
