"""The kinds of file that are accepted, told by extension and content together."""

import codecs
import json
import re
from enum import StrEnum

from domain.errors import FileTypeMismatchError, FormatNotSupportedError, UnsupportedFileTypeError

HEAD_BYTES = 64 * 1024
"""How much of a file's beginning decides what it is."""

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    # Before UTF-16's, which the little-endian one begins with.
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# Python's own names for these expect a mark; without one they are little-endian.
_WITHOUT_MARK = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}
_GZIP_MARK = b"\x1f\x8b"
_BLANKS = " \t\r\n\x0b\x0c"


class FileType(StrEnum):
    """What a file holds."""

    CSV = "csv"
    JSON = "json"

    @property
    def media_type(self) -> str:
        """The type's name in HTTP."""
        return "text/csv" if self is FileType.CSV else "application/json"


_EXTENSIONS = {"csv": FileType.CSV, "tsv": FileType.CSV, "json": FileType.JSON}
_LATER_EXTENSIONS = ("ndjson", "jsonl", "gz")


def promised_type(name: str) -> FileType:
    """The type that the name's extension stands for.

    Raises UnsupportedFileTypeError, and FormatNotSupportedError for formats that are known
    and not processed yet.
    """
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension in _LATER_EXTENSIONS:
        raise _not_yet(name)
    if extension not in _EXTENSIONS:
        raise UnsupportedFileTypeError(f'"{name}" is neither a .csv, .tsv nor .json file')
    return _EXTENSIONS[extension]


def decide_file_type(name: str, head: bytes, *, encoding: str | None = None) -> FileType:
    """The type on which the name's extension and the first HEAD_BYTES of content agree.

    JSON begins with `{` or `[`, and no second value follows the first. CSV is text without
    NUL whose first value is not a JSON object or array. `encoding` is the declared one, which
    a byte order mark overrules. A blank head contradicts nothing. Raises what `promised_type`
    raises, FormatNotSupportedError, and FileTypeMismatchError where the content contradicts
    the name.
    """
    promised = promised_type(name)
    if head.startswith(_GZIP_MARK):
        raise _not_yet(name)
    text = _text_of(head, encoding)
    if "\x00" in text:
        raise FileTypeMismatchError(
            f'"{name}" is not a text file: it holds NUL characters'
            " (text in UTF-16 or UTF-32 needs its byte order mark, or the field encoding)"
        )
    if promised is FileType.JSON:
        _check_json(name, text)
    elif _begins_json(text, is_cut=len(head) >= HEAD_BYTES):
        raise FileTypeMismatchError(f'"{name}" holds JSON, not CSV')
    return promised


def is_blank(head: bytes, *, encoding: str | None = None) -> bool:
    """True when there is nothing in it but a byte order mark and white space."""
    return not _text_of(head, encoding)


def _not_yet(name: str) -> FormatNotSupportedError:
    return FormatNotSupportedError(
        f'"{name}": NDJSON and compressed files cannot be processed yet; send CSV or a JSON array'
    )


def _text_of(head: bytes, encoding: str | None) -> str:
    """The head's text from its first character that is not blank."""
    for mark, marked in _MARKS:
        if head.startswith(mark):
            head, encoding = head[len(mark) :], marked
            break
    # As long as none is known, ASCII is what decides here, and latin-1 never fails.
    known = _WITHOUT_MARK.get(encoding, encoding) if encoding else "latin-1"
    # Not final: the head may end in the middle of a character.
    text: str = codecs.getincrementaldecoder(known)("replace").decode(head)
    return text.lstrip(_BLANKS)


def _check_json(name: str, text: str) -> None:
    if text[:1] not in ("{", "[", ""):
        raise FileTypeMismatchError(f'"{name}" does not begin as JSON: no {{ or [ comes first')
    try:
        _, end = _DECODER.raw_decode(text)
    except (json.JSONDecodeError, RecursionError):
        # Broken, or closed only after the head: which of its rows are good, the engine tells.
        return
    rest = text[end:].lstrip(_BLANKS)
    # What else may follow an array is damage, from which the engine saves the rows it can.
    if rest if text[0] == "{" else rest[:1] in ("{", "["):
        raise FormatNotSupportedError(
            f'"{name}" goes on after its first JSON value, as NDJSON does; that cannot be'
            " processed yet: send all records in one JSON array"
        )


def _begins_json(text: str, *, is_cut: bool) -> bool:
    if text[:1] not in ("{", "["):
        return False
    if text[1:].lstrip(_BLANKS)[:1] == "[":
        # Arrays in arrays may be nested deeper than the parser goes.
        text = re.sub(r"^(\[\s*)+", "[", text)
    try:
        _DECODER.raw_decode(text)
    except RecursionError:
        return True
    except json.JSONDecodeError as error:
        # A head cut in the middle of a valid document fails only where it was cut.
        return is_cut and (error.pos >= len(text) - 16 or error.msg.startswith("Unterminated"))
    return True


def _ignore_number(_: str) -> None:
    """Python refuses to read integers beyond some thousand digits; here none is needed."""


_DECODER = json.JSONDecoder(
    parse_int=_ignore_number, parse_float=_ignore_number, parse_constant=_ignore_number
)
