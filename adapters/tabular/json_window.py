"""The part of a JSON content that is held: from what is being read to the last block."""

import re
from collections.abc import Iterator

from adapters.tabular.physical_lines import count_line_ends, with_whole_terminators

_BLANKS = re.compile(rb"[ \t\r\n]*+")


class JsonWindow:
    """Bytes that are looked at before they are dropped, and how many were; of what is held,
    `buffer[start:]` is ahead.
    """

    def __init__(self, blocks: Iterator[bytes]) -> None:
        # A CRLF in two halves would count as two line ends.
        self._blocks = with_whole_terminators(blocks)
        self.buffer = b""
        self.start = 0
        self.line = 1
        self.position = 0

    @property
    def held(self) -> int:
        return len(self.buffer) - self.start

    def head(self, length: int | None = None) -> bytes:
        return self.buffer[self.start : None if length is None else self.start + length]

    def fill(self) -> bool:
        for block in self._blocks:
            if block:
                self.buffer = self.buffer[self.start :] + block
                self.start = 0
                return True
        return False

    def hold(self, size: int) -> None:
        """Fills the window until it holds so many bytes, or all there are."""
        more, held = list[bytes](), self.held
        while held < size and (block := next((it for it in self._blocks if it), b"")):
            more.append(block)
            held += len(block)
        if more:
            self.buffer = b"".join((self.buffer[self.start :], *more))
            self.start = 0

    def drop(self, length: int) -> None:
        end = self.start + length
        self.skip(length, lines=count_line_ends(self.buffer[self.start : end]))

    def skip(self, length: int, *, lines: int) -> None:
        """Drops so many bytes, of which is known how many lines end there."""
        self.line += lines
        self.position += length
        self.start += length

    def skip_blanks(self) -> bytes:
        """The first byte that is no blank, and now first in the window; empty at the end."""
        while True:
            first = self.buffer[self.start : self.start + 1]
            if first and first not in b" \t\r\n":
                return first
            blanks = _BLANKS.match(self.buffer, self.start)
            self.drop(blanks.end() - self.start if blanks else 0)
            if self.held:
                return self.buffer[self.start : self.start + 1]
            if not self.fill():
                return b""
