"""Where the records of a chunk end, told for all of them at once and proven for each."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from adapters.tabular.fast.marks import Flags, Marks, Positions
from adapters.tabular.limits import Limits

MOST_RECORDS: Final = 1 << 15
"""In one scan, so that the work between two looks at whether to stop is bounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """Records from the start of a chunk on, each exactly as the exact reader would cut it.

    Record n is `chunk[starts[n]:ends[n]]`, and without its line end it ends at `text_ends[n]`.
    It has `cells[n]` cells, and it begins when `lines[n]` lines of the chunk have ended.
    """

    starts: Positions
    ends: Positions
    text_ends: Positions
    cells: Positions
    lines: Positions
    line_count: int
    is_full: bool
    """True when there may be more in the chunk, and these are as many as one scan may find."""

    @property
    def size(self) -> int:
        """How many bytes of the chunk the records take up."""
        return int(self.ends[-1])

    def holding(self, positions: Positions) -> Flags:
        """Which records hold at least one of these bytes of theirs."""
        holds = np.zeros(len(self.ends), np.bool_)
        holds[np.searchsorted(self.ends, positions, side="right")] = True
        return holds


def scan(chunk: bytes, *, delimiter: str, is_last: bool, limits: Limits) -> Scan | None:
    """The records up to the first that is not proven; None when that is the very first.

    The chunk begins with a record; it `is_last` when nothing follows it. What is proven of a
    record is that its quotes stand where RFC 4180 has them and that it is within the limits of
    records and columns, so that there are no two ways of cutting it.
    """
    marks = Marks(chunk, delimiter=delimiter, is_last=is_last)
    found = marks.record_ends()
    ends = marks.at[found] + 1
    delimiters, lines = marks.delimiters_until(found), marks.lines_until(found)
    if marks.is_last and marks.is_proven and (not len(ends) or ends[-1] < len(chunk)):
        # The last record of a file may do without a line end.
        ends = np.append(ends, len(chunk))
        delimiters = np.append(delimiters, marks.delimiter_count)
        lines = np.append(lines, marks.line_count + 1)
    starts = np.concatenate(([0], ends))[:-1]
    cells = np.diff(delimiters, prepend=0) + 1
    is_proven = (cells <= limits.columns) & (ends - starts <= limits.record_bytes)
    count = len(ends) if is_proven.all() else int(is_proven.argmin())
    count = min(count, MOST_RECORDS)
    if not count:
        return None
    is_full = count == MOST_RECORDS or (marks.is_cut and count == len(ends))
    starts, ends = starts[:count], ends[:count]
    return Scan(
        starts=starts,
        ends=ends,
        text_ends=marks.text_ends(starts, ends),
        cells=cells[:count],
        lines=np.concatenate(([0], lines))[:count],
        line_count=int(lines[count - 1]),
        is_full=is_full,
    )
