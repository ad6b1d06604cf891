"""What is wrong with a broken piece of JSON, in words and with the place.

The parser knows where it had to stop. Why, it says in words that are about itself and change
from release to release; these are ours, and the same everywhere.
"""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from domain.row_error import quoted

BLANKS: Final = " \t\r\n"

_LINE_END = re.compile("\r\n|\r|\n")
_TOKEN = re.compile(r'[^ \t\r\n,:\[\]{}"]*+')
_TOKEN_BEFORE = re.compile(r'[^ \t\r\n,:\[\]{}"]{1,40}\Z')
_NO_VALUE = ",:]}"
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "Unterminated string": "a string is never closed that begins",
        "Invalid control character": "a control character in a string is not escaped",
        "Invalid \\uXXXX": "four hexadecimal digits do not follow \\u",
        "Invalid \\escape": "a backslash in a string begins no escape",
        "Extra data": "more follows the end of the record",
        "Expecting ':'": "a colon is missing",
    }
)


def _forget(_: object) -> None:
    """Nothing but the grammar is looked at, and what is kept of a record takes memory."""


# Python would refuse to turn digit strings of any length into integers.
_PARSER = json.JSONDecoder(parse_int=_forget, parse_float=_forget, object_pairs_hook=_forget)


class Objection(NamedTuple):
    """A reason, and the byte from which on the next element may be looked for."""

    reason: str
    position: int


def first_objection(text: bytes, *, line: int) -> Objection | None:
    """What the parser first objects to in a text that starts in that line; None if nothing.

    A string that ends right before may be the one whose quote was forgotten, so that it
    swallowed the next element's beginning: then the position is that string's own beginning.
    """
    try:
        # Latin-1 keeps every byte one character, so that positions agree.
        _PARSER.decode(text.decode("latin-1"))
    except json.JSONDecodeError as error:
        position = len(text[: error.pos].decode("utf-8", "replace"))
        reason = reason_of(text.decode("utf-8", "replace"), error.msg, position, line=line)
        if error.msg.startswith("Unterminated string"):
            return Objection(reason, len(text))
        before = text[: error.pos].rstrip()
        swallowed = before.rfind(b'"', 0, -1) if before.endswith(b'"') else -1
        return Objection(reason, swallowed if swallowed >= 0 else error.pos)
    except RecursionError:
        return Objection("it is nested too deep", len(text))
    return None


def reason_of(text: str, message: str, position: int, *, line: int) -> str:
    """What the parser's message for that position means, with the place.

    The place is a character of the record; of a later line, where the record has several.
    """
    if position >= len(text.rstrip(BLANKS)) and not message.startswith("Unterminated"):
        return "a closing brace or bracket is missing at its end"
    words, at = _words(text, message, position)
    line_ends = list(_LINE_END.finditer(text, 0, at))
    if not line_ends:
        return f"{words} at character {at + 1}"
    character = at - line_ends[-1].end() + 1
    return f"{words} in line {line + len(line_ends)}, at character {character}"


def _words(text: str, message: str, position: int) -> tuple[str, int]:
    before = text[:position].rstrip(BLANKS)
    if before.endswith(",") and text[position] in "]}":
        return _comma_before(text[position]), len(before) - 1
    if message.startswith("Illegal trailing comma"):
        return _comma_before(text[position + 1 :].lstrip(BLANKS)[:1]), position
    if message.startswith("Expecting ',' delimiter"):
        return _between_values(text, position)
    return _words_of_place(text, message, position), position


def _words_of_place(text: str, message: str, position: int) -> str:
    is_gap = text[position] in _NO_VALUE
    if message.startswith("Expecting value"):
        return "a value is missing" if is_gap else _no_value(text, position)
    if message.startswith("Expecting property name"):
        named = "a member's name does not stand in double quotes"
        return "a member's name is missing" if is_gap else named
    if message.startswith("Invalid control character") and text[position] in "\r\n":
        return "a string is not closed on its line"
    found = (words for start, words in _WORDS.items() if message.startswith(start))
    return next(found, "something is not JSON")


def _comma_before(closing: str) -> str:
    return f"a comma stands before {closing}"


def _between_values(text: str, position: int) -> tuple[str, int]:
    """Where a comma should stand, or the end."""
    if text[position] in "]}":
        return f"a closing {'] or ,' if text[position] == '}' else '} or ,'} is missing", position
    value = _TOKEN_BEFORE.search(text, 0, position)
    if value is not None:
        return _no_value(text, value.start()), value.start()
    if text[position - 1] == '"' and text[position] != '"':
        return "a comma is missing, or a quote in a string is not escaped,", position
    return "a comma is missing", position


def _no_value(text: str, position: int) -> str:
    token = _TOKEN.match(text, position)
    value = token[0] if token else ""
    hint = ": strings stand in double quotes," if value.startswith("'") else ""
    return f"{quoted(value[:20])} is not a JSON value{hint}"
