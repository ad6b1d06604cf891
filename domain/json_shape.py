"""Whether JSON is one document or one record to a line, told by how it begins."""

import json
import re
from typing import Final

from domain.errors import FileTypeMismatchError, FormatNotSupportedError

BLANKS: Final = " \t\r\n\x0b\x0c"

_OPENING = ("{", "[")
_LINE_END = re.compile("[\r\n]")


def has_record_lines(name: str, text: str, *, is_promised: bool) -> bool:
    """True for NDJSON, false for one JSON document; `is_promised` when the name says NDJSON.

    `text` is how the file begins, from what is no blank. A record to each line is NDJSON, one
    value over several lines a document, whatever the name says; it counts where the text is
    broken, or cut in its first value. Raises FileTypeMismatchError for what does not begin as
    JSON, and FormatNotSupportedError for several documents one after another.
    """
    if not text.startswith(_OPENING):
        _check_beginning(name, text, is_promised=is_promised)
        return is_promised
    end = _end_of_value(text)
    if end is None:
        # Which of its rows are good, the engine tells. Records are no arrays.
        return is_promised and text[0] == "{"
    following = text[end:].lstrip(BLANKS)
    is_on_one_line = _LINE_END.search(text, 0, end) is None
    if not following:
        return is_promised and is_on_one_line and text[0] == "{"
    if text[0] == "[" and not following.startswith(_OPENING):
        # The array's own damage, from which the engine saves the rows it can.
        return False
    ends_line = _LINE_END.search(text[end : len(text) - len(following)]) is not None
    if is_promised or (is_on_one_line and ends_line):
        return True
    raise FormatNotSupportedError(
        f'"{name}" goes on after its first JSON value: send one record to a line, as NDJSON'
        " does, or all of them in one array"
    )


def begins_json(text: str, *, is_cut: bool) -> bool:
    """True when the first value of the text is a JSON object or array, or may become one."""
    if not text.startswith(_OPENING):
        return False
    if text[1:].lstrip(BLANKS)[:1] == "[":
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


def _check_beginning(name: str, text: str, *, is_promised: bool) -> None:
    if not text:
        return
    if not is_promised:
        raise FileTypeMismatchError(f'"{name}" does not begin as JSON: no {{ or [ comes first')
    # The first line of NDJSON may be the broken one.
    if not any(line.lstrip(BLANKS).startswith(_OPENING) for line in _LINE_END.split(text)):
        raise FileTypeMismatchError(f'"{name}" does not begin as NDJSON: no line begins with {{')


def _end_of_value(text: str) -> int | None:
    """Where the first value ends; None when it is broken, or goes on beyond the text."""
    try:
        return _DECODER.raw_decode(text)[1]
    except (json.JSONDecodeError, RecursionError):
        return None


def _ignore_number(_: str) -> None:
    """Python refuses to read integers beyond some thousand digits; here none is needed."""


_DECODER = json.JSONDecoder(
    parse_int=_ignore_number, parse_float=_ignore_number, parse_constant=_ignore_number
)
