"""What is inside gzip, a bounded block at a time, as far as it is intact."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

GZIP_MARK: Final = b"\x1f\x8b\x08"
"""How gzip begins: its two bytes, and the only method that there is."""

BLOCK_BYTES: Final = 64 * 1024
"""No more than this is ever expanded at once."""

_PIECE_BYTES = 16 * 1024
# A header is known to be none by its first four bytes.
_TELLING_BYTES = 4
_WITH_GZIP_HEADER = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class GzipFault:
    """Why the content ends early: the stream is good for `offset` bytes.

    `is_too_much` when nothing is wrong but the size of what is inside.
    """

    offset: int
    reason: str
    is_too_much: bool = False


class Gunzip:
    """Iterates once over the content of one gzip member after the other.

    A stream that is broken ends where it is broken, and `fault` says so: all that was expanded
    from the bytes before is given out, however the stream is cut into chunks. No more than
    `most_bytes` are. NULs that fill up the end are no fault.
    """

    def __init__(self, chunks: Iterable[bytes], *, most_bytes: int) -> None:
        self.fault: GzipFault | None = None
        self._chunks = chunks
        self._room = most_bytes
        self._offset = 0
        self._member_start = 0
        self._member = zlib.decompressobj(_WITH_GZIP_HEADER)

    @property
    def offset(self) -> int:
        """How many bytes of the stream the content given out so far was made of."""
        return self._offset

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            for start in range(0, len(chunk), _PIECE_BYTES):
                yield from self._expanded(chunk[start : start + _PIECE_BYTES])
                if self.fault is not None:
                    return
        # What the last bytes stand for may be more than a block.
        while self.fault is None and (block := self._block_of(b"")[0]):
            yield block
        if self.fault is None and not self._member.eof:
            self.fault = GzipFault(offset=self._offset, reason="it ends too early")

    def _expanded(self, piece: bytes) -> Iterator[bytes]:
        while piece and self.fault is None:
            if self._member.eof:
                piece = self._next_member(piece)
                continue
            block, piece = self._block_of(piece)
            if block:
                yield block

    def _next_member(self, piece: bytes) -> bytes:
        """The piece from where a next member begins; nothing when it only fills up the end."""
        rest = piece.lstrip(b"\0")
        self._offset += len(piece) - len(rest)
        if rest:
            self._member_start = self._offset
            self._member = zlib.decompressobj(_WITH_GZIP_HEADER)
        return rest

    def _block_of(self, piece: bytes) -> tuple[bytes, bytes]:
        """The next block, and what of the piece is left for others."""
        before = self._member.copy()
        try:
            # Without room left, one byte more tells that there is more.
            block = self._member.decompress(piece, min(BLOCK_BYTES, self._room) or 1)
        except zlib.error as error:
            block, rest = self._before_the_fault(before, piece, str(error)), b""
        else:
            rest = self._member.unused_data or self._member.unconsumed_tail
            self._offset += len(piece) - len(rest)
        if len(block) > self._room:
            reason = "there is more in it than may be"
            self.fault = GzipFault(offset=self._offset, reason=reason, is_too_much=True)
            block = block[: self._room]
        self._room -= len(block)
        return block, rest

    def _before_the_fault(self, before: "zlib._Decompress", piece: bytes, message: str) -> bytes:
        """What the piece expands to up to its fault, byte by byte, since an error takes all."""
        blocks: list[bytes] = []
        try:
            for at in range(len(piece)):
                blocks.append(before.decompress(piece[at : at + 1]))
                self._offset += 1
        except zlib.error:
            self._find_fault(message)
        return b"".join(blocks)

    def _find_fault(self, message: str) -> None:
        is_no_member = 0 < self._member_start > self._offset - _TELLING_BYTES
        if is_no_member:
            self.fault = GzipFault(offset=self._member_start, reason="what follows is no gzip")
        elif "check" in message and "header" not in message:
            self.fault = GzipFault(offset=self._offset, reason="its checksum does not match")
        else:
            self.fault = GzipFault(offset=self._offset, reason="it is damaged")
