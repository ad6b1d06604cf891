"""The records of a `rejected.json` or `rejected.ndjson` as those of the file that it came from."""

from dataclasses import replace

from adapters.tabular.faults import RecordFault
from adapters.tabular.json_elements import COMMA_MISSING, JsonRecord, read_element
from adapters.tabular.json_reader import JsonElement
from adapters.tabular.json_scanner import ElementScanner
from adapters.tabular.limits import Limits
from adapters.tabular.resubmission import (
    KEEP_ALL,
    RESERVED,
    is_resubmission,
    lost_names,
    not_all_there,
    still_no_text,
)
from domain.row_error import quoted
from domain.schema import Schema
from domain.values.text import json_text

_NOTHING = RecordFault(
    code="json_syntax", facts={"reason": "neither _raw nor members beside it hold a record"}
)
_STILL_NO_COMMA = RecordFault(
    code="json_syntax",
    facts={"reason": f"{COMMA_MISSING}; where nothing else is, empty _errors"},
)


def restored(
    record: JsonRecord, *, schema: Schema | None, undecodable: RecordFault, limits: Limits
) -> JsonRecord:
    """The record as it was submitted first, but for its repairs.

    Its own members count, and `_raw` where there are none: that is read again. A file may hold
    such records and others: each is told by its own members.
    """
    own = record
    # A record that was spoilt in a resubmission is in the `_raw` of the next one, and so on.
    while is_resubmission(own.members):
        own = _unwrapped(own, undecodable=undecodable, limits=limits)
    if lost := lost_names(own.members, schema):
        surplus = f"members of a rejected row, but not {' or '.join(map(quoted, lost))}: {KEEP_ALL}"
        fault = RecordFault(code="extra_cell", facts={"surplus": surplus})
        own = replace(own, text=json_text(own.members), members={}, faults=(fault,))
    return own if own is record else replace(own, line=record.line)


def _unwrapped(record: JsonRecord, *, undecodable: RecordFault, limits: Limits) -> JsonRecord:
    members = dict(record.members)
    _, _, errors, raw = (members.pop(name) for name in RESERVED)
    reasons = "; ".join(map(str, errors)) if isinstance(errors, list) else str(errors)
    if members:
        text = json_text(members)
        if faults := still_no_text(text, reasons=reasons):
            return replace(record, text=text, members={}, faults=faults)
        return replace(record, text=text, members=members, reasons=reasons)
    if not isinstance(raw, str) or not raw.strip():
        return replace(record, members={}, faults=(_NOTHING,))
    if faults := not_all_there(raw) or still_no_text(raw, reasons=reasons):
        return replace(record, text=raw, members={}, faults=faults)
    record = read_element(_element(raw, limits=limits), undecodable=undecodable, limits=limits)
    if COMMA_MISSING in reasons and not record.faults:
        return replace(record, text=raw, members={}, faults=(_STILL_NO_COMMA,))
    return replace(record, reasons=reasons)


def _element(raw: str, *, limits: Limits) -> JsonElement:
    text = raw.strip().encode()
    scanner = ElementScanner(max_depth=limits.json_depth)
    scanner.advance(text, 0)
    fault = RecordFault(code="too_deep", facts={"limit": limits.json_depth})
    return JsonElement(line=1, text=text, fault=fault if scanner.is_too_deep else None)
