"""The columns that `rejected.csv` has before the file's own, and what becomes of them.

A repaired `rejected.csv` is submitted again as it is: its first four columns are taken off
and the guards of its cells undone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from adapters.tabular.csv_reader import CsvRecord
from adapters.tabular.spreadsheet import guard, unguard
from domain.row_error import RowError

RESERVED: Final = ("_row", "_line", "_errors", "_raw")
_RAW = RESERVED.index("_raw")


def is_resubmission(header: Sequence[str]) -> bool:
    """True for the header of a `rejected.csv`."""
    return tuple(header[: len(RESERVED)]) == RESERVED


def restored(record: CsvRecord) -> CsvRecord:
    """The record as it was submitted first, but for its repairs.

    One that never could be cut into cells, and still has none, gets no cells: so it is an
    error again and not a row of missing values.
    """
    cells = tuple(map(unguard, record.cells[len(RESERVED) :]))
    raw = unguard(record.cells[_RAW]) if len(record.cells) > _RAW else None
    faults = tuple(
        replace(fault, column=fault.column - len(RESERVED))
        if fault.column is not None and fault.column >= len(RESERVED)
        else replace(fault, column=None)
        for fault in record.faults
    )
    if raw and not any(cells):
        return replace(record, cells=(), raw=raw, faults=faults)
    return replace(record, cells=cells, raw=raw or record.raw, faults=faults)


def rejected_cells(
    *, row: int, line: int, errors: Iterable[RowError], raw: str, cells: Iterable[str]
) -> tuple[str, ...]:
    """One record of `rejected.csv`."""
    reasons = "; ".join(map(_reason, errors))
    return tuple(map(guard, (str(row), str(line), reasons, raw, *cells)))


def _reason(error: RowError) -> str:
    place = "" if error.column is None else f"{error.column}: "
    return f"{place}{error.message} ({error.code})"
