"""Rows gathered into groups that depend on nothing but the rows."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import polars as pl

_MOST_ROWS: Final = 1 << 17
# Values of all columns. What a group takes in memory follows from it, also when it is wide.
_MOST_VALUES: Final = 1 << 19
# A file's end tells of each column in each group, which takes some 900 bytes of memory until it
# is written. After so many of those the groups of wide tables double, three times at most.
_COLUMNS_OF_GROUPS: Final = 50_000
_MOST_DOUBLINGS: Final = 3
_MOST_BYTES: Final = 16 * 1024 * 1024


class RowGroups:
    """Takes tables of texts in any pieces, and gives them back cut by count and size alone.

    A group is full with so many rows, or with the row that makes its texts as long as that.
    Those of wide tables begin small.
    """

    def __init__(
        self, names: Sequence[str], *, most_rows: int = _MOST_ROWS, most_bytes: int = _MOST_BYTES
    ) -> None:
        self._width = max(1, len(names))
        self._limit_rows = most_rows
        self._most_bytes = most_bytes
        self._schema = dict.fromkeys(names, pl.String)
        self._groups = 0
        self._begin()

    def _begin(self) -> None:
        self._pieces: list[pl.DataFrame] = []
        self._rows = self._bytes = 0
        doublings = min(self._groups * self._width // _COLUMNS_OF_GROUPS, _MOST_DOUBLINGS)
        by_width = (_MOST_VALUES << doublings) // self._width
        self._most_rows = max(1, min(self._limit_rows, by_width))

    def add(self, texts: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Yields each group that the rows complete."""
        sizes = np.cumsum(_row_bytes(texts))
        start = 0
        while start < texts.height:
            before = int(sizes[start - 1]) if start else 0
            until_large = np.searchsorted(sizes, before + self._most_bytes - self._bytes) + 1
            end = min(int(until_large), start + self._most_rows - self._rows, texts.height)
            self._pieces.append(texts[start:end])
            self._rows += end - start
            self._bytes += int(sizes[end - 1]) - before
            if self._rows == self._most_rows or self._bytes >= self._most_bytes:
                yield self.rest()
            start = end

    def rest(self) -> pl.DataFrame:
        """The rows that have not made a whole group yet; they are done with."""
        pieces = self._pieces or [pl.DataFrame(schema=self._schema)]
        self._groups += 1
        self._begin()
        return pl.concat(pieces)


def _row_bytes(texts: pl.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    lengths = pl.sum_horizontal(pl.all().str.len_bytes().cast(pl.Int64).fill_null(0))
    found: np.ndarray[tuple[int], np.dtype[np.int64]] = (
        texts.lazy().select(lengths.alias("bytes")).collect(engine="in-memory")["bytes"].to_numpy()
    )
    return found
