"""The few bytes that give a CSV its structure: quotes, delimiters and line ends."""

from typing import Final

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_QUOTE: Final = ord('"')
_LF: Final = ord("\n")
_CR: Final = ord("\r")

MOST_MARKS: Final = 1 << 18
"""Looked at together, so that a chunk of little else takes no more memory than others."""


class Marks:
    """All marks of a chunk that begins with a record, and what each of them means there.

    Nothing that is told of a mark depends on what follows the first quote that is in doubt, or
    on what may follow the chunk. Of a chunk with more than MOST_MARKS only the part up to there
    is looked at.
    """

    def __init__(self, chunk: bytes, *, delimiter: str, is_last: bool) -> None:
        octets = np.frombuffer(chunk, np.uint8)
        is_mark = (octets == ord(delimiter)) | (octets == _LF)
        has_quotes, has_cr = _QUOTE in chunk, _CR in chunk
        if has_quotes:
            is_mark |= octets == _QUOTE
        if has_cr:
            is_mark |= octets == _CR
        self.at: Positions = np.flatnonzero(is_mark)
        self.is_cut = len(self.at) > MOST_MARKS
        """True when there was more to look at."""
        if self.is_cut:
            self.at = self.at[:MOST_MARKS]
            octets, is_last = octets[: self.at[-1] + 1], False
        self._octets = octets
        self.is_last = is_last
        """True when nothing follows what is looked at."""
        kinds = octets.take(self.at)
        self._is_quote: Flags = kinds == _QUOTE
        # A mark is within quotes when an odd number of them stands before it.
        self._is_odd: Flags = np.logical_xor.accumulate(self._is_quote)
        self._is_line_end = self._line_ends(kinds) if has_cr else kinds == _LF
        self._doubtful = self._first_doubtful() if has_quotes else len(self.at)
        self._is_delimiter: Flags = (kinds == ord(delimiter)) & ~self._is_odd
        self._has_others = has_quotes or has_cr

    @property
    def is_proven(self) -> bool:
        """True when every quote is where it may be, and the last one closes."""
        is_open = bool(len(self.at)) and bool(self._is_odd[-1])
        return self._doubtful == len(self.at) and not is_open

    @property
    def delimiter_count(self) -> int:
        """The delimiters of the whole chunk."""
        return int(np.count_nonzero(self._is_delimiter))

    @property
    def line_count(self) -> int:
        """The lines that end in the chunk."""
        return int(np.count_nonzero(self._is_line_end))

    def record_ends(self) -> Positions:
        """Which marks are the last byte of a record, up to the first doubt."""
        is_end = self._is_line_end & ~self._is_odd
        return np.flatnonzero(is_end[: self._doubtful])

    def delimiters_until(self, ends: Positions) -> Positions:
        """How many delimiters of cells stand before each of the marks that end a record."""
        if not self._has_others:
            # Every other mark is a delimiter.
            return ends - np.arange(len(ends))
        return _counted(self._is_delimiter, ends)

    def lines_until(self, ends: Positions) -> Positions:
        """How many lines have ended when each of the marks that end a record has been read."""
        if not (self._is_line_end & self._is_odd).any():
            # None of them ends within quotes.
            return np.arange(1, len(ends) + 1)
        return _counted(self._is_line_end, ends)

    def text_ends(self, starts: Positions, ends: Positions) -> Positions:
        """Where the records' texts end, that is, before their line ends."""
        octets = self._octets
        has_lf = octets[ends - 1] == _LF
        has_cr = (octets[ends - 1] == _CR) | (
            has_lf & (ends - 2 >= starts) & (octets[ends - 2] == _CR)
        )
        text_ends: Positions = ends - has_lf - has_cr
        return text_ends

    def _line_ends(self, kinds: npt.NDArray[np.uint8]) -> Flags:
        """LF, and CR without one; a CR at the end of the chunk may yet get its LF."""
        is_line_end: Flags = kinds == _LF
        carriage_returns = np.flatnonzero(kinds == _CR)
        for_certain = carriage_returns[self._next_is_there(carriage_returns)]
        following = self._octets[self.at[for_certain] + 1]
        is_line_end[for_certain[following != _LF]] = True
        if self.is_last and self._ends_with_cr(kinds):
            is_line_end[-1] = True
        return is_line_end

    def _first_doubtful(self) -> int:
        """The first quote that neither opens a cell, nor closes one, nor is half of a pair.

        An opening quote stands behind a mark or at the start, a closing one before a mark or
        at the end. Where that mark is a quote too, the two are a pair within a cell.
        """
        quotes = np.flatnonzero(self._is_quote)
        if not len(quotes):
            return len(self.at)
        opening, closing = quotes[0::2], quotes[1::2]
        before = self.at[opening - 1]
        before[opening == 0] = -1
        last = len(self.at) - 1
        behind = self.at[np.minimum(closing + 1, last)]
        # A quote at the end of the chunk ends the file, or its record is left to the next chunk.
        behind[closing == last] = len(self._octets)
        doubtful = np.concatenate(
            (opening[self.at[opening] - before != 1], closing[behind - self.at[closing] != 1])
        )
        return int(doubtful.min()) if len(doubtful) else len(self.at)

    def _next_is_there(self, marks: Positions) -> Flags:
        return self.at[marks] + 1 < len(self._octets)

    def _ends_with_cr(self, kinds: npt.NDArray[np.uint8]) -> bool:
        is_at_end = bool(len(self.at)) and int(self.at[-1]) == len(self._octets) - 1
        return is_at_end and int(kinds[-1]) == _CR


def _counted(flags: Flags, ends: Positions) -> Positions:
    counts: Positions = np.cumsum(flags, dtype=np.int32).take(ends).astype(np.int64)
    return counts
