"""Rows gathered into groups that depend on nothing but the rows."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pyarrow as pa

from adapters.tabular.outputs.text_sizes import Offsets, offsets_of

_MOST_ROWS: Final = 1 << 17
# Values of all columns. What a group takes in memory follows from it, also when it is wide.
_MOST_VALUES: Final = 1 << 19
# A file's end tells of each column in each group, which takes some 900 bytes of memory until it
# is written. After so many of those the groups of wide tables double, three times at most.
_COLUMNS_OF_GROUPS: Final = 50_000
_MOST_DOUBLINGS: Final = 3
_MOST_BYTES: Final = 16 * 1024 * 1024


class RowGroups:
    """Takes rows in any pieces, and gives them back cut by count and size alone.

    A group is full with so many rows, or with the row that makes its texts as long as that.
    Those of wide tables begin small.
    """

    def __init__(
        self, schema: pa.Schema, *, most_rows: int = _MOST_ROWS, most_bytes: int = _MOST_BYTES
    ) -> None:
        self._schema = schema
        self._width = max(1, len(schema))
        self._limit_rows = most_rows
        self._most_bytes = most_bytes
        self._groups = 0
        self._begin()

    def _begin(self) -> None:
        self._pieces: list[pa.RecordBatch] = []
        self._rows = self._bytes = 0
        doublings = min(self._groups * self._width // _COLUMNS_OF_GROUPS, _MOST_DOUBLINGS)
        by_width = (_MOST_VALUES << doublings) // self._width
        self._most_rows = max(1, min(self._limit_rows, by_width))

    def add(self, rows: pa.RecordBatch) -> Iterator[pa.Table]:
        """Yields each group that the rows complete."""
        offsets = [offsets_of(column) for column in rows.columns if pa.types.is_string(column.type)]
        start = 0
        while start < rows.num_rows:
            end = min(start + self._most_rows - self._rows, rows.num_rows)
            end = self._until_large(offsets, start=start, end=end)
            self._pieces.append(rows.slice(start, end - start))
            self._rows += end - start
            self._bytes += _size(offsets, start=start, end=end)
            if self._rows == self._most_rows or self._bytes >= self._most_bytes:
                yield self.rest()
            start = end

    def _until_large(self, offsets: list[Offsets], *, start: int, end: int) -> int:
        """The end of those rows, or after the one among them that makes the group large."""
        left = self._most_bytes - self._bytes
        if _size(offsets, start=start, end=end) < left:
            return end
        sizes = np.zeros(end - start, np.int64)
        for of_column in offsets:
            sizes += of_column[start + 1 : end + 1] - of_column[start]
        return start + int(np.searchsorted(sizes, left)) + 1

    def rest(self) -> pa.Table:
        """The rows that have not made a whole group yet, in one piece; they are done with."""
        group = pa.Table.from_batches(self._pieces, self._schema)
        self._groups += 1
        self._begin()
        # A page ends by what has been written of a piece.
        return group.combine_chunks()


def _size(offsets: list[Offsets], *, start: int, end: int) -> int:
    return sum(int(of_column[end]) - int(of_column[start]) for of_column in offsets)
