"""The columns that `rejected.csv` has before the file's own, and what becomes of them.

A repaired `rejected.csv` is submitted again as it is: its first four columns are taken off
and the guards of its cells undone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from adapters.tabular.csv_reader import CsvRecord
from adapters.tabular.faults import RecordFault, not_text
from adapters.tabular.spreadsheet import guard, unguard
from domain.row_error import RowError

RESERVED: Final = ("_row", "_line", "_errors", "_raw")
_ERRORS = RESERVED.index("_errors")
_RAW = RESERVED.index("_raw")

_NO_TEXT = ("(encoding_error)", "(nul_byte)")
_STILL_NO_TEXT = not_text("text: \ufffd still stands in their place")


def is_resubmission(header: Sequence[str]) -> bool:
    """True for the header of a `rejected.csv`."""
    return tuple(header[: len(RESERVED)]) == RESERVED


def restored(record: CsvRecord) -> CsvRecord:
    """The record as it was submitted first, but for its repairs.

    What nobody repaired must be an error again. A record that could not be cut into cells, and
    still has none, gets no cells and is no row of missing values; one whose bytes were no text
    may not pass with the characters that stood in for them.
    """
    cells = tuple(map(unguard, record.cells[len(RESERVED) :]))
    reasons, raw = (*map(unguard, record.cells[_ERRORS : _RAW + 1]), "", "")[:2]
    faults = tuple(map(_moved, record.faults))
    if any("\ufffd" in cell for cell in cells) and any(code in reasons for code in _NO_TEXT):
        faults = (*faults, _STILL_NO_TEXT)
    if raw and not any(cells):
        return replace(record, cells=(), raw=raw, faults=faults)
    return replace(record, cells=cells, raw=raw or record.raw, faults=faults)


def _moved(fault: RecordFault) -> RecordFault:
    """The fault with its column counted without the reserved ones."""
    if fault.column is None:
        return fault
    column = fault.column - len(RESERVED)
    return replace(fault, column=column if column >= 0 else None)


def rejected_cells(
    *, row: int, line: int, errors: Iterable[RowError], raw: str, cells: Iterable[str]
) -> tuple[str, ...]:
    """One record of `rejected.csv`."""
    reasons = "; ".join(map(_reason, errors))
    return tuple(map(guard, (str(row), str(line), reasons, raw, *cells)))


def _reason(error: RowError) -> str:
    place = "" if error.column is None else f"{error.column}: "
    return f"{place}{error.message} ({error.code})"
