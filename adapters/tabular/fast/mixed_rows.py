"""The rows of a CSV file: chunks judged at once, and whatever is in doubt read exactly."""

from collections.abc import Callable, Iterator
from typing import Protocol

from adapters.tabular.csv_judge import CsvJudge
from adapters.tabular.csv_reader import CsvReader, CsvRecord
from adapters.tabular.csv_source import CsvSource
from adapters.tabular.fast.cell_judge import CellJudge
from adapters.tabular.fast.cells import cut_records
from adapters.tabular.fast.chunk_rows import ChunkRows
from adapters.tabular.fast.key_claims import KeyClaims
from adapters.tabular.fast.pace import Pace
from adapters.tabular.fast.plain_records import joined, plain_records
from adapters.tabular.fast.scan import MOST_RECORDS, Scan, scan
from adapters.tabular.limits import Limits
from adapters.tabular.physical_lines import PhysicalLine
from adapters.tabular.table import AcceptedRows, TableRow


class ReaderFactory(Protocol):
    """Makes the exact reader for a part of the file."""

    def __call__(self, lines: Iterator[PhysicalLine], line: int = 0) -> CsvReader:
        """A reader of those lines, of which `line` come before."""


class MixedRows:
    """Iterates once over the rows from where the source stands, `line` lines from its start.

    Both ways of reading meet between two records, so each takes over where the other stopped.
    """

    def __init__(
        self,
        source: CsvSource,
        judge: CsvJudge,
        *,
        reader_of: ReaderFactory,
        delimiter: str,
        limits: Limits,
        line: int,
    ) -> None:
        self._source = source
        self._judge = judge
        self._reader_of = reader_of
        self._delimiter = delimiter
        self._limits = limits
        self._line = line
        self._row = 1
        self._cell_judge = CellJudge(judge.layout)
        self._claims = KeyClaims(judge.layout, judge.validator)

    def __iter__(self) -> Iterator[TableRow | AcceptedRows]:
        pace = Pace(self._limits.fast_chunk_bytes)
        while True:
            chunk, is_last = self._source.ahead(pace.chunk_bytes)
            if not chunk:
                return
            found = scan(chunk, delimiter=self._delimiter, is_last=is_last, limits=self._limits)
            rows = None if found is None else self._at_once(chunk, found)
            if found is None or rows is None:
                # What Polars is in doubt about, it is in doubt about as a whole.
                yield from self._exactly(pace.exact_bytes if found is None else found.size)
                pace.doubted()
                continue
            yield from rows
            self._row += len(found.ends)
            self._line += found.line_count
            self._source.take(found.size)
            pace.judged(found.size, is_full=len(found.ends) == MOST_RECORDS)

    def _at_once(self, chunk: bytes, found: Scan) -> ChunkRows | None:
        """The rows of the records found; None when their cells could not be told for certain."""
        width = len(self._judge.layout.header)
        is_plain = plain_records(chunk, found, width=width, limits=self._limits)
        cells = cut_records(
            joined(chunk, found, is_plain),
            count=int(is_plain.sum()),
            width=width,
            delimiter=self._delimiter,
        )
        if cells is None:
            return None
        return ChunkRows(
            self._judge,
            is_plain=is_plain,
            judged=self._cell_judge.judge(cells),
            record_at=self._exact_records(chunk, found),
            row=self._row,
            claims=self._claims,
        )

    def _exact_records(self, chunk: bytes, found: Scan) -> Callable[[int], CsvRecord]:
        line = self._line

        def record_at(index: int) -> CsvRecord:
            record = chunk[found.starts[index] : found.ends[index]]
            lines = (PhysicalLine(part, is_cut=False) for part in record.splitlines(keepends=True))
            return next(iter(self._reader_of(lines, line + int(found.lines[index]))))

        return record_at

    def _exactly(self, size: int) -> Iterator[TableRow]:
        """The rows of the next `size` bytes, and of as many more as the last record takes."""
        end = self._source.position + size
        lines = self._source.lines(max_bytes=self._limits.line_bytes)
        reader = self._reader_of(lines, self._line)
        for record in reader:
            yield self._judge.judge(record, row=self._row)
            self._row += 1
            if self._source.position >= end and not reader.is_rereading:
                break
        self._line = reader.line
