"""One content's bytes, taken now in chunks and now line by line."""

import re
from collections.abc import Iterator

from adapters.tabular.physical_lines import PhysicalLine

_LINE_END = re.compile(rb"\r\n|\r|\n")
# Possessive, so that it is linear on every text.
_EVEN_LINES = re.compile(rb'(?:[^"\r\n]*+(?:"[^"\r\n]*+"[^"\r\n]*+)*+(?:\r\n|\n|\r))*+')


class CsvSource:
    """Hands every byte out once, to whichever of the two ways of reading asks for it."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._held = b""
        self._start = 0
        self.position = 0
        """How many bytes were taken so far."""

    def ahead(self, size: int) -> tuple[bytes, bool]:
        """The next `size` bytes, which stay here, and True when nothing follows them."""
        missing = size - (len(self._held) - self._start)
        more: list[bytes] = []
        # One more than asked for tells whether anything follows.
        while missing >= 0 and (block := self._next_block()):
            more.append(block)
            missing -= len(block)
        if more:
            self._hold(b"".join((self._held[self._start :], *more)))
        chunk = self._held[self._start : self._start + size]
        return chunk, self._start + size >= len(self._held)

    def take(self, size: int) -> None:
        """The next `size` bytes, which were looked at, are done with."""
        self._start += size
        self.position += size

    def give_back(self, content: bytes) -> None:
        """Makes bytes that were taken, the last ones, be the next ones again."""
        self._hold(content + self._held[self._start :])
        self.position -= len(content)

    def lines(self, *, max_bytes: int) -> "SourceLines":
        """Takes line after line, each when it is asked for; see `physical_lines`."""
        return SourceLines(self, max_bytes=max_bytes)

    def take_even_lines(self, most_bytes: int) -> bytes:
        """Takes whole lines that hold even numbers of quotes, as many as are at hand, or none.

        Of a file with a quote that is never closed they are nearly all there is.
        """
        stop = min(self._start + most_bytes, len(self._held))
        end = self._end_of_even_lines(stop)
        if self._held[end - 1 : end] == b"\r" and self._held[end : end + 1] in (b"\n", b""):
            # Its LF is, or may be, beyond.
            end = self._end_of_even_lines(end - 1)
        content = self._held[self._start : end]
        self.take(len(content))
        return content

    def take_rest(self) -> bytes:
        """Takes all that is left."""
        rest = b"".join((self._held[self._start :], *self._blocks))
        self._hold(b"")
        self.position += len(rest)
        return rest

    def _end_of_even_lines(self, stop: int) -> int:
        lines = _EVEN_LINES.match(self._held, self._start, stop)
        return lines.end() if lines else self._start

    def take_line(self, max_bytes: int) -> PhysicalLine | None:
        """Takes the next line; None at the end."""
        kept, size = b"", 0
        while piece := self._piece():
            size += len(piece)
            kept += piece[: max_bytes - len(kept)]
            if piece.endswith((b"\n", b"\r")):
                break
        return PhysicalLine(kept, size > max_bytes) if size else None

    def _piece(self) -> bytes:
        """The rest of the line, or as much of it as there is in memory; nothing at the end."""
        if self._start == len(self._held):
            self._hold(self._next_block())
        found = _LINE_END.search(self._held, self._start)
        if found and found[0] == b"\r" and found.end() == len(self._held):
            # Its LF may come with the next block.
            self._hold(self._held[self._start :] + self._next_block())
            found = _LINE_END.search(self._held, self._start)
        piece = self._held[self._start : found.end() if found else None]
        self.take(len(piece))
        return piece

    def _hold(self, content: bytes) -> None:
        self._held, self._start = content, 0

    def _next_block(self) -> bytes:
        return next((block for block in self._blocks if block), b"")


class SourceLines(Iterator[PhysicalLine]):
    """The lines of a source, taken from it as they are asked for."""

    def __init__(self, source: CsvSource, *, max_bytes: int) -> None:
        self._source = source
        self._max_bytes = max_bytes

    def __next__(self) -> PhysicalLine:
        line = self._source.take_line(self._max_bytes)
        if line is None:
            raise StopIteration
        return line

    def even_lines(self, most_bytes: int) -> bytes:
        """The next lines at once, as many as hold even numbers of quotes and are at hand."""
        return self._source.take_even_lines(most_bytes)

    def rest(self) -> bytes:
        """All that is left, at once."""
        return self._source.take_rest()
