"""What became of one file's rows: the counts, the reasons, and the verdict."""

from dataclasses import asdict, dataclass
from enum import StrEnum

from domain.column_profile import ColumnProfile
from domain.error_catalogue import message_of
from domain.file_head import Compression
from domain.file_status import Outcome
from domain.file_type import FileType
from domain.row_error import RowError

DETAILED_ERRORS = 1_000
"""How many errors a report shows in detail; it counts them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCounts:
    """Data records read, and what became of each; blank ones are read and skipped."""

    read: int
    accepted: int
    rejected: int
    skipped: int

    def __post_init__(self) -> None:
        if self.read != self.accepted + self.rejected + self.skipped:
            raise ValueError(f"row counts that do not add up: {self}")

    @property
    def judged(self) -> int:
        """The rows that were not blank, of which shares are reckoned."""
        return self.accepted + self.rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class FileError:
    """Why the file as a whole was rejected: a file code of the catalogue."""

    code: str
    message: str


def file_error(code: str, **facts: object) -> FileError:
    """A file error of the catalogue; `facts` fill its template."""
    return FileError(code=code, message=message_of(code, **facts))


class EncodingSource(StrEnum):
    """What a file's encoding was told by."""

    DECLARED = "declared"
    MARK = "mark"
    CONTENT = "content"


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """What a file is written in; told by its content, it is a guess."""

    name: str
    source: EncodingSource


class DelimiterSource(StrEnum):
    """What a file's delimiter was told by."""

    DECLARED = "declared"
    SEP_LINE = "sep_line"
    CONTENT = "content"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a CSV file turned out to be written."""

    delimiter: str
    delimiter_source: DelimiterSource = DelimiterSource.CONTENT
    quote: str = '"'
    header: bool = True

    def to_json(self) -> dict[str, object]:
        """The member `dialect` of report.json."""
        return {
            "delimiter": self.delimiter,
            "delimiterSource": str(self.delimiter_source),
            "quote": self.quote,
            "header": self.header,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportColumn:
    """One column of the outputs, the type of its values, and what they look like."""

    name: str
    type: str
    profile: ColumnProfile | None = None

    def to_json(self) -> dict[str, object]:
        """The member of `columns` in report.json."""
        profile = None if self.profile is None else self.profile.to_json()
        return {"name": self.name, "type": self.type, "profile": profile}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderFault:
    """Something wrong with a column's name; `position` counts from 1."""

    code: str
    column: str | None
    position: int | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCount:
    """How many errors of one code there were in one column, or of whole records (None)."""

    code: str
    column: str | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCount:
    """How many values of accepted rows one rule of the schema changed in one field."""

    column: str
    rule: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingReport:
    """The truth about one attempt's reading of a file; no times, so that attempts compare.

    `error_counts` is exact however many there were, by code and column in a fixed order;
    `changes` likewise, by column and rule. `errors` are the first DETAILED_ERRORS in the order
    of rows. `dialect` is None for JSON; `file_type` and `encoding` are None only when they
    could not be told, `compression` when there is none.
    """

    outcome: Outcome
    rows: RowCounts
    file_error: FileError | None = None
    file_type: FileType | None = None
    compression: Compression | None = None
    encoding: Encoding | None = None
    dialect: Dialect | None = None
    columns: tuple[ReportColumn, ...] = ()
    header_faults: tuple[HeaderFault, ...] = ()
    changes: tuple[ChangeCount, ...] = ()
    error_counts: tuple[ErrorCount, ...] = ()
    errors: tuple[RowError, ...] = ()

    def __post_init__(self) -> None:
        if (self.outcome is Outcome.REJECTED) != (self.file_error is not None):
            raise ValueError(f"a {self.outcome} file with the file error {self.file_error}")
        if self.outcome is Outcome.CLEAN and self.rows.rejected:
            raise ValueError(f"a clean file with {self.rows.rejected} rejected rows")

    @property
    def error_total(self) -> int:
        """All errors of all rows."""
        return sum(counted.count for counted in self.error_counts)

    def to_json(self) -> dict[str, object]:
        """The content of report.json: plain JSON values, keys in a fixed order."""
        return {
            "outcome": str(self.outcome),
            "fileError": None if self.file_error is None else asdict(self.file_error),
            "rows": asdict(self.rows),
            "fileType": None if self.file_type is None else str(self.file_type),
            "compression": None if self.compression is None else str(self.compression),
            "encoding": None if self.encoding is None else self.encoding.name,
            "encodingSource": None if self.encoding is None else str(self.encoding.source),
            "dialect": None if self.dialect is None else self.dialect.to_json(),
            "columns": [column.to_json() for column in self.columns],
            "headerFaults": [asdict(fault) for fault in self.header_faults],
            "changes": [asdict(change) for change in self.changes],
            "errorTotal": self.error_total,
            "errorCounts": [asdict(counted) for counted in self.error_counts],
            "errors": [asdict(error) for error in self.errors],
            "errorsTruncated": self.error_total > len(self.errors),
        }
