"""What rejected rows have before their own columns, and when they still are what they were.

A repaired `rejected.csv`, `rejected.json` or `rejected.ndjson` is submitted again as it is. Of
each record its own cells or members count; only when there are none, the text in `_raw` is read
again. So it can be repaired in either place, and what was not repaired is an error again.
"""

import re
from collections.abc import Collection
from typing import Final

from adapters.tabular.faults import RecordFault, not_text, nul_byte
from domain.rejected_columns import REJECTED_COLUMNS
from domain.row_error import RowError
from domain.schema import Schema

RESERVED: Final = REJECTED_COLUMNS
KEEP_ALL: Final = "keep all four of _row, _line, _errors and _raw, or remove all four"
SIGNS: Final = 2
BETWEEN_REASONS: Final = "; "
"""What stands between two errors in the `_errors` of a `rejected.csv`."""

_CUT = re.compile(r"… \[[0-9]+ more characters\]\Z")
_STILL_NO_TEXT = (
    nul_byte(hint=": \ufffd still stands in its place"),
    not_text("text: \ufffd still stands in their place"),
)
_NOT_ALL_THERE = RecordFault(
    code="record_too_long", facts={"limit": "what _raw shows: write it out beside it"}
)


def is_resubmission(names: Collection[str]) -> bool:
    """True for the header of a `rejected.csv`, or the members of a rejected JSON record.

    In any order: many a tool sorts members, and people move columns.
    """
    return all(name in names for name in RESERVED)


def lost_names(names: Collection[str], schema: Schema | None) -> tuple[str, ...]:
    """Those that are missing where only some of the four are there; none otherwise.

    Without them nothing could tell whether the record was repaired. One alone is no sign of the
    others, since exports of other systems have a `_line` or a `_raw` too; nor is a name that the
    schema has for a field of its own.
    """
    declared = schema.names if schema else {}
    there = [name for name in RESERVED if name in names and name not in declared]
    if len(there) < SIGNS:
        return ()
    return tuple(name for name in RESERVED if name not in names)


def reason(error: RowError) -> str:
    """One error as `_errors` has it."""
    place = "" if error.column is None else f"{error.column}: "
    return f"{place}{error.message} ({error.code})"


def still_no_text(text: str, *, reasons: str) -> tuple[RecordFault, ...]:
    """The fault of characters that stood in for bytes that were no text, and still do."""
    if "\ufffd" not in text:
        return ()
    return tuple(fault for fault in _STILL_NO_TEXT if f"({fault.code})" in reasons)


def not_all_there(raw: str) -> tuple[RecordFault, ...]:
    """The fault of a `_raw` that shows only the beginning of its record."""
    return (_NOT_ALL_THERE,) if _CUT.search(raw) else ()
