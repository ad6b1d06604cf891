"""What rejected rows have before their own columns, and when they still are what they were.

A repaired `rejected.csv` or `rejected.json` is submitted again as it is. Of each record its
own cells or members count; only when there are none, the text in `_raw` is read again. So it
can be repaired in either place, and what was not repaired is an error again.
"""

import re
from collections.abc import Sequence
from typing import Final

from adapters.tabular.faults import RecordFault, not_text
from domain.row_error import RowError

RESERVED: Final = ("_row", "_line", "_errors", "_raw")

_CUT = re.compile(r"… \[[0-9]+ more characters\]\Z")
_NO_TEXT = ("(encoding_error)", "(nul_byte)")
_STILL_NO_TEXT = not_text("text: \ufffd still stands in their place")
_NOT_ALL_THERE = RecordFault(
    code="record_too_long", facts={"limit": "what _raw shows: write it out beside it"}
)


def is_resubmission(names: Sequence[str]) -> bool:
    """True for the header of a `rejected.csv`, or the members of a record in `rejected.json`."""
    return tuple(names[: len(RESERVED)]) == RESERVED


def reason(error: RowError) -> str:
    """One error as `_errors` has it."""
    place = "" if error.column is None else f"{error.column}: "
    return f"{place}{error.message} ({error.code})"


def still_no_text(text: str, *, reasons: str) -> tuple[RecordFault, ...]:
    """The fault of characters that stood in for bytes that were no text, and still do."""
    were_none = any(code in reasons for code in _NO_TEXT)
    return (_STILL_NO_TEXT,) if were_none and "\ufffd" in text else ()


def not_all_there(raw: str) -> tuple[RecordFault, ...]:
    """The fault of a `_raw` that shows only the beginning of its record."""
    return (_NOT_ALL_THERE,) if _CUT.search(raw) else ()
