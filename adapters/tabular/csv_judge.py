"""One CSV record after the other, judged."""

from collections.abc import Sequence

from adapters.tabular.csv_reader import CsvRecord
from adapters.tabular.faults import row_errors
from adapters.tabular.table import TableRow
from domain.layout import Layout
from domain.row_validator import CheckedRow, RowValidator


class CsvJudge:
    """Judges the records of one file in their order: what the readers found, then the schema."""

    def __init__(self, layout: Layout, header: Sequence[str], validator: RowValidator) -> None:
        self.layout = layout
        self.validator = validator
        self._header = header

    def judge(self, record: CsvRecord, *, row: int) -> TableRow:
        """The record as a row with its verdict."""
        if record.is_blank:
            return TableRow(row=row, line=record.line, checked=None)
        return self.judge_present(record, row=row)

    def judge_present(self, record: CsvRecord, *, row: int) -> TableRow:
        """The same for a record that does count, even if there is nothing in it."""
        return row_of(record, self._check(record, row=row), row=row)

    def _check(self, record: CsvRecord, *, row: int) -> CheckedRow:
        if not record.faults:
            return self.validator.validate_record(
                record.cells, row=row, line=record.line, reasons=record.reasons
            )
        errors = row_errors(record.faults, row=row, line=record.line, header=self._header)
        return CheckedRow(errors=errors)


def row_of(record: CsvRecord, checked: CheckedRow, *, row: int) -> TableRow:
    """The record as a row with that verdict."""
    return TableRow(
        row=row, line=record.line, checked=checked, cells=record.cells, raw=record.raw or ""
    )
