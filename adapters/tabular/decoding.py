"""Any accepted encoding as UTF-8 bytes.

The readers cut bytes at ASCII characters, which in UTF-8 never occur inside another
character. So everything becomes UTF-8 first, and what could not be decoded becomes a byte
that is no UTF-8, which makes its own record, and no other, an encoding error.
"""

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from adapters.tabular.faults import FileFaultError, RecordFault, not_text
from domain.errors import InvalidOptionError
from domain.processing_options import parse_encoding
from domain.processing_report import Encoding, EncodingSource, file_error
from domain.row_error import quoted
from domain.wide_text import TELLING_BYTES, wide_encoding

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Without a mark, little-endian: what web browsers and spreadsheets take it to be.
_DECLARED_AS = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}

_HINT = "; if the file is written in another encoding, declare it: encoding=cp1252 for one"
_UNDECODABLE = "gristmill-undecodable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Utf8Content:
    """A file's content in UTF-8, without its byte order mark, and what it was written in."""

    encoding: Encoding
    blocks: Iterator[bytes]

    @property
    def undecodable(self) -> RecordFault:
        """What is wrong with a record that holds bytes beyond the encoding."""
        is_declared = self.encoding.source is not EncodingSource.CONTENT
        hint = "" if is_declared else _HINT
        return not_text(self.encoding.name.upper(), hint=hint)


def decode(
    chunks: Iterator[bytes],
    *,
    declared: str | None,
    block_bytes: int,
    eight_bit_encoding: Callable[[], str | None] = lambda: None,
) -> Utf8Content:
    """The content in blocks that do not depend on how it arrived.

    A byte order mark decides before the declared encoding, and that before the content: UTF-16
    shows in its beginning, and of what is not, `eight_bit_encoding` tells whether all of it can
    be UTF-8 (None) or is in another one. Reads the first block at once. Raises FileFaultError
    `encoding_unknown`.
    """
    expected = None if declared is None else _canonical(declared)
    blocks = _even_blocks(chunks, block_bytes)
    head = _beginning(blocks)
    mark, marked = _marked(head)
    if marked is not None:
        encoding = Encoding(name=marked, source=EncodingSource.MARK)
    elif expected is not None:
        encoding = Encoding(name=expected, source=EncodingSource.DECLARED)
    else:
        guess = wide_encoding(head) or eight_bit_encoding() or "utf-8"
        encoding = Encoding(name=guess, source=EncodingSource.CONTENT)
    content: Iterator[bytes] = chain((head[len(mark) :],), blocks)
    if encoding.name != "utf-8":
        content = _transcoded(content, encoding.name)
    return Utf8Content(encoding=encoding, blocks=content)


def is_utf8(text: bytes) -> bool:
    """True when all of it decodes."""
    if text.isascii():
        return True
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _canonical(declared: str) -> str:
    try:
        name = parse_encoding(declared)
    except InvalidOptionError as error:
        raise FileFaultError(file_error("encoding_unknown", encoding=quoted(declared))) from error
    return _DECLARED_AS.get(name, name)


def _marked(head: bytes) -> tuple[bytes, str | None]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return mark, encoding
    return b"", None


def _beginning(blocks: Iterator[bytes]) -> bytes:
    """As much as tells the encoding, or all."""
    head = b""
    for block in blocks:
        head += block
        if len(head) >= TELLING_BYTES:
            break
    return head


def _even_blocks(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    pending = bytearray()
    for chunk in chunks:
        pending += chunk
        while len(pending) >= size:
            yield bytes(pending[:size])
            del pending[:size]
    yield bytes(pending)


def _transcoded(blocks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    codecs.register_error(_UNDECODABLE, _as_a_byte_that_is_no_utf8)
    decoder = codecs.getincrementaldecoder(encoding)(_UNDECODABLE)
    for block in blocks:
        yield decoder.decode(block).encode("utf-8", "surrogateescape")
    yield decoder.decode(b"", final=True).encode("utf-8", "surrogateescape")


def _as_a_byte_that_is_no_utf8(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end
