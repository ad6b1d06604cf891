"""One JSON element as a row: its members, or the faults that keep it from being one."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from adapters.tabular.decoding import is_utf8
from adapters.tabular.faults import RecordFault, not_text, nul_byte, shown
from adapters.tabular.json_objection import reason_of
from adapters.tabular.json_reader import JsonElement
from adapters.tabular.limits import Limits
from adapters.tabular.resubmission import is_resubmission
from domain.row_error import quoted, unquoted

# Python refuses to turn longer digit strings into int; as a Decimal they stay exact.
_MOST_INT_DIGITS = 4300
COMMA_MISSING: Final = "a comma is missing before the record"
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
# Before a text that is no JSON with it, so that nobody submits it again without a look.
_EXCERPT = "… "


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonRecord:
    """One element as written, cut visibly where it is long, and its members, numbers exact.

    With faults there are no members. `reasons` are those for which it was rejected before, if
    it was.
    """

    line: int
    text: str
    members: Mapping[str, Any]
    faults: tuple[RecordFault, ...] = ()
    reasons: str = ""
    is_blank: bool = False


def read_element(element: JsonElement, *, undecodable: RecordFault, limits: Limits) -> JsonRecord:
    """The element as a record; what is no plain JSON object becomes a fault, never an error."""
    if element.is_blank:
        return JsonRecord(line=element.line, text="", members={}, is_blank=True)
    unreadable = (
        element.fault
        or _byte_fault(element.text, undecodable)
        or _size_fault(element.text, limits.record_values)
    )
    if unreadable is not None:
        return _faulty(element, unreadable, limits=limits)
    text = element.text.decode()
    try:
        value = _DECODER.decode(text)
    except _RefusedError as refused:
        return _faulty(element, refused.fault, limits=limits)
    except json.JSONDecodeError as error:
        reason = "nothing stands where a record should; that counts as one row"
        if element.text:
            reason = reason_of(text, error.msg, error.pos, line=element.line)
        fault = RecordFault(code="json_syntax", facts={"reason": reason})
        return _faulty(element, fault, limits=limits)
    if not isinstance(value, dict):
        fault = RecordFault(code="not_an_object", facts={"shown": unquoted(text)}, value=text)
        return _faulty(element, fault, limits=limits)
    fault_of_text = _length_fault(element.text, value, limits) or _text_fault(element.text, value)
    if fault_of_text is not None:
        return _faulty(element, fault_of_text, limits=limits)
    if element.lacks_comma:
        fault = RecordFault(code="json_syntax", facts={"reason": COMMA_MISSING})
        return JsonRecord(line=element.line, text=text, members={}, faults=(fault,))
    shown_text = shown(text, characters=limits.raw_characters)
    return JsonRecord(line=element.line, text=shown_text, members=value)


def json_value(text: str) -> object:
    """The JSON value that the text is, numbers exact; raises ValueError where it is none."""
    value: object = _DECODER.decode(text)
    return value


def _byte_fault(text: bytes, undecodable: RecordFault) -> RecordFault | None:
    if b"\0" in text:
        return nul_byte()
    return None if is_utf8(text) else undecodable


def _size_fault(text: bytes, most_values: int) -> RecordFault | None:
    """The fault of a record that would take too much memory, told before it is parsed."""
    if len(text) <= most_values:
        return None
    # A value has a comma before it, or is the first in its array or object.
    surplus = _marks_in(text) - most_values
    if surplus <= 0:
        return None
    for string in _STRING.finditer(text):
        surplus -= _marks_in(string[0])
        if surplus <= 0:
            return None
    return RecordFault(code="record_too_long", facts={"limit": f"{most_values} values"})


def _length_fault(source: bytes, value: Mapping[str, Any], limits: Limits) -> RecordFault | None:
    """The fault of a record that only began like a rejected one, which may be longer."""
    if len(source) <= limits.record_bytes or is_resubmission(value):
        return None
    return RecordFault(code="record_too_long", facts={"limit": f"{limits.record_bytes} bytes"})


def _marks_in(text: bytes) -> int:
    return text.count(b",") + text.count(b"[") + text.count(b"{")


def _faulty(element: JsonElement, fault: RecordFault, *, limits: Limits) -> JsonRecord:
    text = element.text.decode("utf-8", "replace").replace("\0", "\ufffd")
    mark = _EXCERPT if element.is_excerpt and text else ""
    shown_text = mark + shown(text, characters=limits.raw_characters)
    return JsonRecord(line=element.line, text=shown_text, members={}, faults=(fault,))


class _RefusedError(ValueError):
    """The text is JSON to the parser, but not to us."""

    def __init__(self, fault: RecordFault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise _RefusedError(RecordFault(code="duplicate_key", facts={"name": quoted(twice)}))
    return members


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _MOST_INT_DIGITS else Decimal(digits)


def _decimal(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation as error:
        mantissa = re.split("[eE]", digits)[0]
        if not mantissa.strip("-0."):
            # Nothing, however often it is multiplied by ten.
            return Decimal(mantissa)
        raise _refused("a number is beyond every range") from error


def _constant(name: str) -> None:
    raise _refused(f"{name} is not a JSON value")


def _refused(reason: str) -> _RefusedError:
    return _RefusedError(RecordFault(code="json_syntax", facts={"reason": reason}))


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object_of,
    parse_int=_integer,
    parse_float=_decimal,
    parse_constant=_constant,
)


def _text_fault(source: bytes, value: dict[str, Any]) -> RecordFault | None:
    """What an escape sequence smuggled in that no output could hold."""
    if b"\\u" not in source:
        return None
    for text in _texts(value):
        if "\0" in text:
            return nul_byte()
        if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
            return not_text("text: half of a surrogate pair is escaped")
    return None


def _texts(value: Any) -> Iterator[str]:
    # As deep as the scanner let pass, far from the interpreter's own limit.
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
