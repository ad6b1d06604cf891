"""The kinds of file that are accepted, told by extension and content together."""

import codecs
from enum import StrEnum

from domain.errors import FileTypeMismatchError, UnsupportedFileTypeError
from domain.file_head import FileHead, file_head, other_format
from domain.json_shape import BLANKS, begins_json, has_record_lines
from domain.wide_text import wide_encoding

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


class FileType(StrEnum):
    """What a file holds."""

    CSV = "csv"
    JSON = "json"
    """One document: an array of objects, or a single one."""

    NDJSON = "ndjson"
    """An object to each line."""

    @property
    def media_type(self) -> str:
        """The type's name in HTTP."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    FileType.CSV: "text/csv",
    FileType.JSON: "application/json",
    FileType.NDJSON: "application/x-ndjson",
}
_EXTENSIONS = {
    "csv": FileType.CSV,
    "tsv": FileType.CSV,
    "json": FileType.JSON,
    "ndjson": FileType.NDJSON,
    "jsonl": FileType.NDJSON,
}
_FOREIGN_EXTENSIONS = {
    "gz": "call it by what is in it, too: .csv.gz",
    "xlsx": "save the sheet as CSV",
    "xls": "save the sheet as CSV",
    "ods": "save the sheet as CSV",
    "zip": "send the file in it, as it is or compressed by gzip",
    "parquet": "send its rows as CSV, JSON or NDJSON",
} | dict.fromkeys(("bz2", "xz", "zst", "7z", "tgz", "tar"), "send it as it is, or as gzip")


def promised_type(name: str) -> FileType:
    """The type that the name's extension stands for, the one before a .gz.

    Raises UnsupportedFileTypeError.
    """
    lowered = name.lower()
    extension = _extension(lowered.removesuffix(".gz"))
    if extension not in _EXTENSIONS:
        advice = _FOREIGN_EXTENSIONS.get(_extension(lowered))
        raise UnsupportedFileTypeError(
            f'"{name}" is neither a .csv, .tsv, .json nor .ndjson file'
            + (f"; {advice}" if advice else "")
        )
    return _EXTENSIONS[extension]


def decide_file_type(name: str, head: bytes, *, encoding: str | None = None) -> FileType:
    """The type on which the name's extension and the first HEAD_BYTES of content agree.

    JSON begins with `{` or `[`; whether it is NDJSON its lines tell, whichever of the two the
    name says. CSV is text without NUL whose first value is not a JSON object or array. Of gzip,
    whatever its name, all this is said of what is inside. `encoding` is the declared one,
    which a byte order mark overrules. A blank head contradicts nothing. Raises what
    `promised_type` raises, FormatNotSupportedError, and FileTypeMismatchError where the
    content contradicts the name.
    """
    promised = promised_type(name)
    content = file_head(head)
    _check_format(name, content)
    text = _text_of(content.content, encoding)
    if "\x00" in text:
        raise FileTypeMismatchError(
            f'"{name}" is not a text file: it holds NUL characters'
            " (text in UTF-16 or UTF-32 may need its byte order mark, or the field encoding)"
        )
    if promised is not FileType.CSV:
        has_lines = has_record_lines(name, text, is_promised=promised is FileType.NDJSON)
        return FileType.NDJSON if has_lines else FileType.JSON
    if begins_json(text, is_cut=content.goes_on):
        raise FileTypeMismatchError(f'"{name}" holds JSON, not CSV')
    return promised


def is_blank(head: bytes, *, encoding: str | None = None) -> bool:
    """True when there is nothing in it but a byte order mark and white space.

    Of a compressed one it has to be certain that nothing follows.
    """
    content = file_head(head)
    may_go_on = content.compression is not None and content.goes_on
    return not may_go_on and not _text_of(content.content, encoding)


def _extension(name: str) -> str:
    return name.rpartition(".")[2] if "." in name else ""


def _check_format(name: str, head: FileHead) -> None:
    other = other_format(head.content)
    if other is not None:
        raise FileTypeMismatchError(f'"{name}" is {other}')
    if head.compression is not None and head.goes_on and not head.content:
        raise FileTypeMismatchError(f'"{name}" begins as gzip, and nothing can be got out of it')


def _text_of(head: bytes, encoding: str | None) -> str:
    """The head's text from its first character that is not blank."""
    for mark, marked in _MARKS:
        if head.startswith(mark):
            head, encoding = head[len(mark) :], marked
            break
    # As long as none is known, ASCII is what decides here, and latin-1 never fails.
    encoding = encoding or wide_encoding(head) or "latin-1"
    known = _WITHOUT_MARK.get(encoding, encoding)
    # Not final: the head may end in the middle of a character.
    text: str = codecs.getincrementaldecoder(known)("replace").decode(head)
    return text.lstrip(BLANKS)
