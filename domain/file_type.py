"""The kinds of file that are accepted, told by extension and content together."""

import json
import re
from enum import StrEnum

from domain.errors import FileTypeMismatchError, FormatNotSupportedError, UnsupportedFileTypeError

HEAD_BYTES = 64 * 1024
"""How much of a file's beginning decides what it is."""

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"
_GZIP_MARK = b"\x1f\x8b"
_BLANKS = " \t\r\n"


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


def decide_file_type(name: str, head: bytes) -> FileType:
    """The type on which the name's extension and the first HEAD_BYTES of content agree.

    JSON begins with `{` or `[`. CSV is text without NUL whose first value is not a JSON
    object or array. Raises UnsupportedFileTypeError for another extension,
    FileTypeMismatchError where the content contradicts it, and FormatNotSupportedError for
    formats that are known and not processed yet.
    """
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension in _LATER_EXTENSIONS or head.startswith(_GZIP_MARK):
        raise FormatNotSupportedError(
            f'"{name}": NDJSON and compressed files cannot be processed yet; send CSV or a JSON array'
        )
    if extension not in _EXTENSIONS:
        raise UnsupportedFileTypeError(f'"{name}" is neither a .csv, .tsv nor .json file')
    promised = _EXTENSIONS[extension]
    text = _text_of(name, head)
    found = FileType.JSON if _begins_json(text, is_cut=len(head) >= HEAD_BYTES) else FileType.CSV
    if promised is FileType.JSON and text[:1] not in ("{", "["):
        raise FileTypeMismatchError(f'"{name}" does not begin as JSON: no {{ or [ comes first')
    if promised is FileType.CSV and found is FileType.JSON:
        raise FileTypeMismatchError(f'"{name}" holds JSON, not CSV')
    return promised


def is_blank(head: bytes) -> bool:
    """True when there is nothing in it but a byte order mark and white space."""
    if head.startswith(_UTF16_MARKS):
        return not head.decode("utf-16", errors="ignore").strip()
    return not head.removeprefix(_UTF8_MARK).strip()


def _text_of(name: str, head: bytes) -> str:
    if head.startswith(_UTF16_MARKS):
        return head.decode("utf-16", errors="ignore").lstrip(_BLANKS)
    if b"\x00" in head:
        raise FileTypeMismatchError(f'"{name}" is not a text file')
    # Whatever the encoding, ASCII is what decides here, and latin-1 never fails.
    return head.removeprefix(_UTF8_MARK).decode("latin-1").lstrip(_BLANKS)


def _begins_json(text: str, *, is_cut: bool) -> bool:
    if text[:1] not in ("{", "["):
        return False
    if text[1:].lstrip(_BLANKS)[:1] == "[":
        # Arrays in arrays may be nested deeper than the parser goes.
        text = re.sub(r"^(\[\s*)+", "[", text)
    try:
        json.JSONDecoder().raw_decode(text)
    except RecursionError:
        return True
    except json.JSONDecodeError as error:
        # A head cut in the middle of a valid document fails only where it was cut.
        return is_cut and (error.pos >= len(text) - 16 or error.msg.startswith("Unterminated"))
    return True
