"""A sample of rows that is the same however the rows are divided."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from domain.column_profile import SHOWN_CHARACTERS
from domain.values.base import Misfit
from domain.values.numbers import NumberType

MOST_ROWS: Final = 2_000
"""How many rows a sample has at most."""

Cells: TypeAlias = tuple[str | None, ...]

_64_BITS = 2**64 - 1


def row_hash(ordinal: int) -> int:
    """Scatters row numbers over 64 bits, no two to the same place (splitmix64)."""
    mixed = (ordinal * 0x9E3779B97F4A7C15) & _64_BITS
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _64_BITS
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _64_BITS
    return mixed ^ (mixed >> 31)


class RowSample:
    """The rows whose hashes are the smallest, `most_rows` of them, or all where there are fewer."""

    def __init__(self, *, most_rows: int = MOST_ROWS) -> None:
        self.most_rows = most_rows
        self._kept: list[tuple[int, Cells]] = []
        self.bound = 2**64
        """Rows with this hash or a larger one are certainly not in the sample."""

    def add(self, hashes: Sequence[int], columns: Sequence[Sequence[str | None]]) -> None:
        """Takes rows of those hashes, as columns of their texts; None is a missing value."""
        cells: Iterable[Cells] = zip(*map(_sampled, columns), strict=True)
        self._kept += zip(hashes, cells if columns else [()] * len(hashes), strict=True)
        self._kept.sort(key=lambda row: row[0])
        del self._kept[self.most_rows :]
        if len(self._kept) == self.most_rows:
            self.bound = self._kept[-1][0]

    def columns(self) -> Sequence[Cells]:
        """The cells of the sample, column by column; none of an empty one."""
        return list(zip(*(cells for _, cells in self._kept), strict=True))


def _sampled(texts: Sequence[str | None]) -> Sequence[str | None]:
    """The texts, short ones in place of the long: no histogram sees the difference."""
    if max(map(len, filter(None, texts)), default=0) <= SHOWN_CHARACTERS:
        return texts
    return [
        text if text is None or len(text) <= SHOWN_CHARACTERS else _short(text) for text in texts
    ]


def _short(text: str) -> str:
    is_number = not isinstance(_NUMBER.parse_text(text), Misfit)
    return str(float(text)) if is_number else text[:SHOWN_CHARACTERS]


_NUMBER = NumberType()
