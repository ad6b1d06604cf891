"""What the engine needs of a file, however it is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from domain.file_type import FileType
from domain.layout import Layout
from domain.processing_report import Dialect, Encoding, FileError, HeaderFault
from domain.row_validator import CheckedRow
from domain.transform import Change

if TYPE_CHECKING:
    # For its name alone: a process without large files never loads it.
    import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One data record, judged.

    A CSV record's `cells` are as submitted, in the file's own order of columns, and a JSON
    object's `members` as they were; `raw` is the text of a record that could not be taken
    apart. All may be left out of an accepted one. `checked` is None for a blank record.
    """

    row: int
    line: int
    checked: CheckedRow | None
    cells: Sequence[str] = ()
    members: Mapping[str, object] | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class AcceptedRows:
    """Good data records in their order, as a table of texts, one column for each that is written.

    The texts are canonical, as `Field.format` writes values; null is a missing value, and the
    empty text a value. They come in their turn among other accepted rows; between them there
    may be rejected ones. `changes` counts what the schema's rules changed in them.

    A text in a column of the type `any` is a string, but of JSON: there `kinds` has, under the
    column's name in `texts`, what kind of value each one is, by the numbers of `json_kinds`.
    """

    texts: "pl.DataFrame"
    changes: Mapping[Change, int] = field(default_factory=dict)
    kinds: Mapping[str, "pl.Series"] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many there are."""
        return self.texts.height


class Table(Protocol):
    """One file opened as rows and columns."""

    @property
    def file_type(self) -> FileType:
        """What it is."""

    @property
    def encoding(self) -> Encoding:
        """What the file is written in."""

    @property
    def dialect(self) -> Dialect | None:
        """How its cells are delimited; None for JSON."""

    @property
    def header(self) -> tuple[str, ...]:
        """What the file calls its columns, in its own order."""

    @property
    def header_faults(self) -> tuple[HeaderFault, ...]:
        """What is wrong with those names."""

    @property
    def layout(self) -> Layout | None:
        """The columns of the outputs; None when `file_error` says why there are none."""

    @property
    def file_error(self) -> FileError | None:
        """Why rows cannot be assigned to columns, so that there are none."""

    @property
    def is_read_at_once(self) -> bool:
        """True when accepted rows may come as tables, which then tell all that is written."""

    def rows(self) -> Iterator[TableRow | AcceptedRows]:
        """Yields the data records once: accepted ones in order, and the others in order."""
