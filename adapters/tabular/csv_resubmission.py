"""The records of a `rejected.csv` as those of the file that it came from."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from adapters.tabular.csv_reader import CsvRecord
from adapters.tabular.faults import FileFaultError, RecordFault
from adapters.tabular.resubmission import (
    BETWEEN_REASONS,
    KEEP_ALL,
    RESERVED,
    is_resubmission,
    lost_names,
    not_all_there,
    still_no_text,
)
from adapters.tabular.spreadsheet import unguard
from domain.error_catalogue import message_of
from domain.processing_report import file_error
from domain.row_error import quoted
from domain.schema import Schema

_LACKS_A_VALUE = f": {message_of('required')} (required)"
_MISSING_CELL = re.compile(r"the record has ([0-9]+) cells?, .*\(missing_cell\)", re.DOTALL)


class CsvResubmission:
    """Where the columns of rejected rows stand among those of the file that they come from.

    They are at the front as `rejected.csv` was written, and anywhere once it was edited.
    """

    def __init__(self, header: Sequence[str]) -> None:
        positions = tuple(map(header.index, RESERVED))
        self._errors = positions[RESERVED.index("_errors")]
        self._raw = positions[RESERVED.index("_raw")]
        self._reserved = frozenset(positions)

    @classmethod
    def of(cls, header: Sequence[str], schema: Schema | None) -> "CsvResubmission | None":
        """That of a file with this header, or None when it is none.

        Raises FileFaultError when only some of the four columns are left, or one is there twice.
        """
        if lost := lost_names(header, schema):
            hint = f", but others of rejected rows: {KEEP_ALL}"
            name = " or ".join(map(quoted, lost))
            raise FileFaultError(file_error("field_missing", name=name, hint=hint))
        if not is_resubmission(header):
            return None
        # At the front they are ours, and behind them may stand a column of the same name.
        if tuple(header[: len(RESERVED)]) != RESERVED:
            _refuse_twins(header)
        return cls(header)

    def own_cells(self, record: CsvRecord) -> tuple[str, ...]:
        """The cells beside the reserved ones, as they were before they were guarded."""
        own = (cell for at, cell in enumerate(record.cells) if at not in self._reserved)
        return tuple(map(unguard, own))

    def restored(self, record: CsvRecord, *, cut: Callable[[str], CsvRecord]) -> CsvRecord:
        """The record as it was submitted first, but for its repairs.

        Its own cells count, and `_raw` where all of them are empty: that is cut again. A
        record that shows neither gets no cells: it is no row of missing values, unless it was
        rejected for nothing but values or cells that it lacked.
        """
        cells = self.own_cells(record)
        reasons, raw = (unguard(self._cell(record, at)) for at in (self._errors, self._raw))
        if raw and not any(cells):
            return _cut_again(record, raw, reasons=reasons, cut=cut)
        could_be_empty = _only_lacked_values(reasons) or _MISSING_CELL.search(reasons)
        cells = _without_padding(cells, reasons=reasons) if any(cells) or could_be_empty else ()
        faults = (*self._own_faults(record), *still_no_text("".join(cells), reasons=reasons))
        return replace(record, cells=cells, faults=faults, reasons=reasons)

    def _cell(self, record: CsvRecord, at: int) -> str:
        return record.cells[at] if at < len(record.cells) else ""

    def _own_faults(self, record: CsvRecord) -> Iterator[RecordFault]:
        """The faults of the record and of its own cells, their columns counted without ours."""
        for fault in record.faults:
            if fault.column is None:
                yield fault
            elif fault.column not in self._reserved:
                ours = sum(at < fault.column for at in self._reserved)
                yield replace(fault, column=fault.column - ours)


def _refuse_twins(header: Sequence[str]) -> None:
    for name in RESERVED:
        first, *others = (at for at, other in enumerate(header, start=1) if other == name)
        if others:
            raise FileFaultError(
                file_error("header_duplicate", first=first, second=others[0], name=quoted(name))
            )


def _cut_again(
    record: CsvRecord, raw: str, *, reasons: str, cut: Callable[[str], CsvRecord]
) -> CsvRecord:
    faults = not_all_there(raw) or still_no_text(raw, reasons=reasons)
    if faults:
        return CsvRecord(line=record.line, raw=raw, faults=faults)
    return replace(cut(raw), line=record.line, reasons=reasons)


def _only_lacked_values(reasons: str) -> bool:
    """True when nothing else was said of the record; then its cells may have been empty."""
    return all(one.endswith(_LACKS_A_VALUE) for one in reasons.split(BETWEEN_REASONS))


def _without_padding(cells: tuple[str, ...], *, reasons: str) -> tuple[str, ...]:
    """The cells without those that only a spreadsheet added to a row that was too short.

    It writes all rows alike wide; taken for repairs, its empty cells would be missing values.
    """
    too_short = _MISSING_CELL.search(reasons)
    if too_short is None:
        return cells
    filled = max((at for at, cell in enumerate(cells, start=1) if cell), default=0)
    return cells[: max(filled, int(too_short[1]))]
