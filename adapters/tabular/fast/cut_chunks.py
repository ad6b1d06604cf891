"""A CSV file's records: chunks cut at once, and whatever is in doubt read exactly."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

import numpy as np
import polars as pl

from adapters.tabular.csv_reader import CsvReader, CsvRecord
from adapters.tabular.csv_source import CsvSource
from adapters.tabular.fast.cells import cell_name, cut_records
from adapters.tabular.fast.marks import Flags
from adapters.tabular.fast.pace import Pace
from adapters.tabular.fast.plain_records import joined, plain_records
from adapters.tabular.fast.scan import Scan, scan
from adapters.tabular.limits import Limits
from adapters.tabular.physical_lines import PhysicalLine

_MOST_RECORDS_AT_A_TIME: Final = 500
_BYTES_AT_A_TIME: Final = 256 * 1024
_CHUNKS_WORTH_GIVING_BACK: Final = 64


class ReaderFactory(Protocol):
    """Makes the exact reader for a part of the file."""

    def __call__(self, lines: Iterator[PhysicalLine], line: int = 0) -> CsvReader:
        """A reader of those lines, of which `line` come before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutChunk:
    """Proven records, and the cells of those that are plain; see `plain_records`.

    The first begins after `line` lines of the file.
    """

    content: bytes
    scan: Scan
    is_plain: Flags
    cells: pl.DataFrame
    line: int


ReadExactly: TypeAlias = list[CsvRecord]


class CutChunks:
    """Iterates once over the records from where the source stands, `line` lines from its start.

    They have `width` cells, and up to `spare` more that are empty; see Layout.
    Nothing here depends on what becomes of the records, so they may be read ahead. Both ways of
    reading meet between two records, so each takes over where the other stopped.
    """

    def __init__(
        self,
        source: CsvSource,
        *,
        reader_of: ReaderFactory,
        delimiter: str,
        width: int,
        spare: int,
        limits: Limits,
        line: int,
    ) -> None:
        self._source = source
        self._reader_of = reader_of
        self._delimiter = delimiter
        self._width = width
        self._spare = spare
        self._limits = limits
        self._line = line

    def parts(self) -> Generator[CutChunk | ReadExactly]:
        """The records, chunk by chunk."""
        pace = Pace(self._limits.fast_chunk_bytes)
        while True:
            chunk, is_last = self._source.ahead(pace.chunk_bytes)
            if not chunk:
                return
            found = scan(chunk, delimiter=self._delimiter, is_last=is_last, limits=self._limits)
            cut = None if found is None else self._cut(chunk, found)
            if found is None or cut is None:
                # What Polars is in doubt about, it is in doubt about as a whole.
                yield from self._exactly(pace.exact_bytes if found is None else found.size)
                pace.doubted()
                continue
            self._line += found.line_count
            self._source.take(found.size)
            pace.judged(found.size, is_full=found.is_full)
            yield cut

    def _cut(self, chunk: bytes, found: Scan) -> CutChunk | None:
        """The records found; None when their cells could not be told for certain."""
        width = self._usual_width(found)
        is_plain = plain_records(chunk, found, width=width, limits=self._limits)
        cells = cut_records(
            joined(chunk, found, is_plain),
            count=int(np.count_nonzero(is_plain)),
            width=width,
            delimiter=self._delimiter,
        )
        if cells is None:
            return None
        if width > self._width:
            is_bare = _is_bare(cells, beyond=self._width)
            is_plain[is_plain] = is_bare
            cells = cells.filter(is_bare)
        return CutChunk(content=chunk, scan=found, is_plain=is_plain, cells=cells, line=self._line)

    def _usual_width(self, found: Scan) -> int:
        """That of the records of a chunk: spreadsheets write all of them with the spare cells."""
        widest = self._width + self._spare
        counts = {width: np.count_nonzero(found.cells == width) for width in (self._width, widest)}
        return max(counts, key=counts.__getitem__)

    def _exactly(self, size: int) -> Iterator[ReadExactly]:
        """The records of the next `size` bytes, and of as many more as the last one takes."""
        end = self._source.position + size
        lines = self._source.lines(max_bytes=self._limits.line_bytes)
        reader = self._reader_of(lines, self._line)
        read, handed_over = list[CsvRecord](), self._source.position
        for record in reader:
            read.append(record)
            position = self._source.position
            if len(read) == _MOST_RECORDS_AT_A_TIME or position - handed_over >= _BYTES_AT_A_TIME:
                yield read
                read, handed_over = [], position
            if self._gives_back(reader) or (position >= end and not reader.is_rereading):
                break
        if read:
            yield read
        self._line = reader.line

    def _gives_back(self, reader: CsvReader) -> bool:
        """True when what the reader had taken beyond its last record is there to be taken again.

        In search of the end of a quote it may have gone through a whole longest record, which
        is likely to be plain.
        """
        if reader.unread_bytes <= self._limits.fast_chunk_bytes // _CHUNKS_WORTH_GIVING_BACK:
            return False
        unread = reader.unread()
        if unread is None:
            return False
        self._source.give_back(unread)
        return True


def _is_bare(cells: pl.DataFrame, *, beyond: int) -> Flags:
    """Which records have nothing in the cells that have no name."""
    surplus = [cell_name(source) for source in range(beyond, cells.width)]
    is_bare = cells.select(pl.all_horizontal(pl.col(surplus).is_null()).alias("is_bare"))
    return is_bare.get_column("is_bare").to_numpy()
