"""The records of a `rejected.csv` as those of the file that it came from."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from adapters.tabular.csv_reader import CsvRecord
from adapters.tabular.faults import RecordFault
from adapters.tabular.resubmission import RESERVED, not_all_there, still_no_text
from adapters.tabular.spreadsheet import unguard

_ERRORS = RESERVED.index("_errors")
_RAW = RESERVED.index("_raw")
_HAD_NO_CELLS = ("(stray_quote)", "(unclosed_quote)", "(record_too_long)")


def restored(record: CsvRecord, *, cut: Callable[[str], CsvRecord]) -> CsvRecord:
    """The record as it was submitted first, but for its repairs.

    Its own cells count, and `_raw` where all of them are empty: that is cut again. A record
    that shows neither gets no cells; it is no row of missing values.
    """
    cells = own_cells(record)
    reasons, raw = (*map(unguard, record.cells[_ERRORS : _RAW + 1]), "", "")[:2]
    faults = tuple(_own_faults(record))
    if raw and not any(cells):
        return _cut_again(record, raw, reasons=reasons, cut=cut)
    if not any(cells) and any(code in reasons for code in _HAD_NO_CELLS):
        cells = ()
    faults = (*faults, *still_no_text("".join(cells), reasons=reasons))
    return replace(record, cells=cells, faults=faults, reasons=reasons)


def own_cells(record: CsvRecord) -> tuple[str, ...]:
    """The cells beside the reserved ones, as they were before they were guarded."""
    return tuple(map(unguard, record.cells[len(RESERVED) :]))


def _cut_again(
    record: CsvRecord, raw: str, *, reasons: str, cut: Callable[[str], CsvRecord]
) -> CsvRecord:
    faults = not_all_there(raw) or still_no_text(raw, reasons=reasons)
    if faults:
        return CsvRecord(line=record.line, raw=raw, faults=faults)
    return replace(cut(raw), line=record.line, reasons=reasons)


def _own_faults(record: CsvRecord) -> Iterator[RecordFault]:
    """The faults of the record and of its own cells, their columns counted without ours."""
    for fault in record.faults:
        if fault.column is None:
            yield fault
        elif fault.column >= len(RESERVED):
            yield replace(fault, column=fault.column - len(RESERVED))
