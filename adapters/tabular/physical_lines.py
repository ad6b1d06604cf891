"""Bytes cut at their line ends: CRLF, LF and CR each end one line."""

from collections.abc import Iterator
from typing import NamedTuple


class PhysicalLine(NamedTuple):
    """One line with its terminator; `is_cut` when it was longer than what was kept of it."""

    content: bytes
    is_cut: bool


def physical_lines(blocks: Iterator[bytes], *, max_bytes: int) -> Iterator[PhysicalLine]:
    """Yields every line; of one longer than `max_bytes` no more than that is held."""
    pending = bytearray()
    is_cut = False
    for block in with_whole_terminators(blocks):
        for piece in block.splitlines(keepends=True):
            is_complete = piece.endswith((b"\n", b"\r"))
            if is_complete and not pending:
                yield PhysicalLine(piece[:max_bytes], len(piece) > max_bytes)
                continue
            is_cut = is_cut or len(pending) + len(piece) > max_bytes
            pending += piece[: max_bytes - len(pending)]
            if is_complete:
                yield PhysicalLine(bytes(pending), is_cut)
                pending.clear()
                is_cut = False
    if pending:
        yield PhysicalLine(bytes(pending), is_cut)


def count_line_ends(text: bytes) -> int:
    """How many lines end in `text`, which must not begin or end inside a CRLF."""
    return text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")


def with_whole_terminators(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, cut so that a CR and its LF stay in one block."""
    held = b""
    for block in blocks:
        block = held + block if held else block
        held = b"\r" if block.endswith(b"\r") else b""
        yield block[:-1] if held else block
    yield held
