"""The few bytes that give a CSV its structure: quotes, delimiters and line ends."""

from typing import Final

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_QUOTE: Final = ord('"')
_LF: Final = ord("\n")
_CR: Final = ord("\r")


class Marks:
    """All marks of a chunk that begins with a record, and what each of them means there.

    Nothing that is told of a mark depends on what follows the first quote that is in doubt, or
    on what may follow the chunk.
    """

    def __init__(self, chunk: bytes, *, delimiter: str, is_last: bool) -> None:
        octets = np.frombuffer(chunk, np.uint8)
        is_mark = (octets == _QUOTE) | (octets == ord(delimiter)) | (octets == _LF)
        if b"\r" in chunk:
            is_mark |= octets == _CR
        self._octets = octets
        self._is_last = is_last
        self.at: Positions = np.flatnonzero(is_mark)
        kinds = octets[self.at]
        self._is_quote: Flags = kinds == _QUOTE
        # A mark is within quotes when an odd number of them stands before it.
        self._is_odd: Flags = np.logical_xor.accumulate(self._is_quote)
        self._is_line_end = self._line_ends(kinds)
        self._doubtful = self._first_doubtful()
        is_delimiter = (kinds == ord(delimiter)) & ~self._is_odd
        self._delimiters: Positions = np.cumsum(is_delimiter)
        self._lines: Positions = np.cumsum(self._is_line_end)

    @property
    def is_proven(self) -> bool:
        """True when every quote is where it may be, and the last one closes."""
        is_open = bool(len(self.at)) and bool(self._is_odd[-1])
        return self._doubtful == len(self.at) and not is_open

    @property
    def delimiter_count(self) -> int:
        """The delimiters of the whole chunk."""
        return int(self._delimiters[-1]) if len(self.at) else 0

    @property
    def line_count(self) -> int:
        """The lines that end in the chunk."""
        return int(self._lines[-1]) if len(self.at) else 0

    def record_ends(self) -> Positions:
        """Which marks are the last byte of a record, up to the first doubt."""
        is_end = self._is_line_end & ~self._is_odd
        return np.flatnonzero(is_end[: self._doubtful])

    def delimiters_until(self, marks: Positions) -> Positions:
        """How many delimiters of cells stand before each of the marks."""
        delimiters: Positions = self._delimiters[marks]
        return delimiters

    def lines_until(self, marks: Positions) -> Positions:
        """How many lines have ended when each of the marks has been read."""
        lines: Positions = self._lines[marks]
        return lines

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
        if self._is_last and self._ends_with_cr(kinds):
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
        # A quote at the end of the chunk ends the file, or its record is left to the next chunk.
        at = np.concatenate(([-1], self.at, [len(self._octets)]))
        doubtful = np.concatenate(
            (
                opening[at[opening + 1] - at[opening] != 1],
                closing[at[closing + 2] - at[closing + 1] != 1],
            )
        )
        return int(doubtful.min()) if len(doubtful) else len(self.at)

    def _next_is_there(self, marks: Positions) -> Flags:
        return self.at[marks] + 1 < len(self._octets)

    def _ends_with_cr(self, kinds: npt.NDArray[np.uint8]) -> bool:
        is_at_end = bool(len(self.at)) and int(self.at[-1]) == len(self._octets) - 1
        return is_at_end and int(kinds[-1]) == _CR
