"""`clean.csv` on its way to a spreadsheet."""

import re
from collections.abc import Generator, Iterator
from contextlib import closing

from adapters.tabular.spreadsheet import BYTE_ORDER_MARK, guard
from application.ports.spreadsheet_profile import SpreadsheetProfile

# A quoted cell, whole, so that nothing within it is looked at; or another one that begins with
# what `guard` looks for, behind a delimiter or a line end. Both begin with one of a few
# bytes, which is what makes the search fast. Those of three bytes are `=+-@` in wide form.
_CELL = re.compile(
    rb'"(?:[^"]++|"")*+"'
    rb"|[=+\-@\t'\xef](?<=[,\n].)(?:(?<!\xef)|\xbc[\x8b\x8d\x9d\xa0])[^,\r\n]*+"
)


class ExcelProfile(SpreadsheetProfile):
    """Guards cells where they stand, without taking records apart."""

    def guarded(self, content: Generator[bytes]) -> Generator[bytes]:
        mark = BYTE_ORDER_MARK.encode()
        with closing(content):
            for records in _whole_records(content):
                # The first cell stands behind a line end, too.
                yield mark + _CELL.sub(_guarded, b"\n" + records)[1:]
                mark = b""
        yield mark


def _guarded(cell: re.Match[bytes]) -> bytes:
    written = cell[0]
    if not written.startswith(b'"'):
        return guard(written.decode()).encode()
    text = written[1:-1].decode()
    return written if guard(text) == text else b'"' + guard(text).encode() + b'"'


def _whole_records(content: Iterator[bytes]) -> Iterator[bytes]:
    """The content cut behind records only."""
    pending, is_quoted = list[bytes](), False
    for chunk in content:
        end = _last_record_end(chunk, is_quoted=is_quoted)
        is_quoted ^= bool(chunk.count(b'"') % 2)
        if end:
            yield b"".join((*pending, chunk[:end]))
            pending.clear()
        pending.append(chunk[end:])
    if rest := b"".join(pending):
        yield rest


def _last_record_end(chunk: bytes, *, is_quoted: bool) -> int:
    """Where the last record ends that ends in the chunk, 0 when none does."""
    is_quoted ^= bool(chunk.count(b'"') % 2)
    end = len(chunk)
    while (line_feed := chunk.rfind(b"\n", 0, end)) >= 0:
        is_quoted ^= bool(chunk.count(b'"', line_feed, end) % 2)
        if not is_quoted:
            return line_feed + 1
        end = line_feed
    return 0
