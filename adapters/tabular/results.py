"""The result files of one job."""

import json
from typing import TYPE_CHECKING

from adapters.tabular.csv_writer import csv_record
from adapters.tabular.error_lines import ErrorLines
from adapters.tabular.rejected_csv import RejectedCsv
from adapters.tabular.rejected_json import RejectedJson
from adapters.tabular.result_text import ResultText
from adapters.tabular.table import Table, TableRow
from application.ports.content_engine import ResultSinks
from domain.file_status import Outcome
from domain.layout import Layout
from domain.processing_report import ProcessingReport
from domain.row_error import RowError
from domain.values.base import Value

if TYPE_CHECKING:
    import polars as pl

_CSV = "text/csv; charset=utf-8"
_JSON = "application/json"


class Results:
    """Writes rows as they come; `commit` keeps what belongs to the report's outcome."""

    def __init__(self, sinks: ResultSinks, table: Table | None) -> None:
        self._sinks = sinks
        layout = None if table is None else table.layout
        self._clean = None if layout is None else _CleanRows(sinks, layout)
        # What could not even be opened has no rows. An empty file of them would come back as
        # one without a fault.
        self._rejected = None if table is None else _rejected_rows(sinks, table)
        self._errors = ErrorLines(sinks)

    def accept(self, values: tuple[Value, ...]) -> None:
        """Adds a clean row."""
        if self._clean is not None:
            self._clean.write(values)

    def accept_table(self, texts: "pl.DataFrame") -> None:
        """Adds clean rows as a table of their texts, null being the empty one."""
        if self._clean is not None:
            self._clean.write_table(texts)

    def reject(self, row: TableRow, errors: tuple[RowError, ...]) -> None:
        """Adds a rejected row, and each of its errors."""
        if self._rejected is not None:
            self._rejected.write(row, errors)
        for error in errors:
            self._errors.write(error)

    def commit(self, report: ProcessingReport) -> None:
        """Keeps the results; of a rejected file, no clean rows."""
        if self._clean is not None and report.outcome is not Outcome.REJECTED:
            self._clean.commit(rows=report.rows.accepted)
        if self._rejected is not None:
            self._rejected.commit(rows=report.rows.rejected)
        self._errors.commit()
        text = ResultText(self._sinks, "report.json", media_type=_JSON)
        text.write(json.dumps(report.to_json(), ensure_ascii=False, indent=2) + "\n")
        text.commit(rows=None)


def _rejected_rows(sinks: ResultSinks, table: Table) -> RejectedCsv | RejectedJson:
    """In the form of the file itself, so that nothing is lost on the way back."""
    if table.dialect is None:
        ascii_only = table.encoding.name != "utf-8"
        return RejectedJson(sinks, file_type=table.file_type, ascii_only=ascii_only)
    return RejectedCsv(sinks, header=table.header, delimiter=table.dialect.delimiter)


class _CleanRows:
    """`clean.csv`: faithful values, no guards and no byte order mark."""

    def __init__(self, sinks: ResultSinks, layout: Layout) -> None:
        self._text = ResultText(sinks, "clean.csv", media_type=_CSV)
        self._formats = [column.field.format for column in layout.columns]
        self.write_cells([column.name for column in layout.columns])

    def write(self, values: tuple[Value, ...]) -> None:
        self.write_cells(
            [format_value(value) for format_value, value in zip(self._formats, values, strict=True)]
        )

    def write_cells(self, cells: list[str]) -> None:
        # Without columns, so without rows, there is nothing to write.
        if cells:
            self._text.write(csv_record(cells))

    def write_table(self, texts: "pl.DataFrame") -> None:
        # Here, for the same reason as Polars: whoever has a table has loaded it.
        from adapters.tabular.fast.clean_records import clean_records  # noqa: PLC0415

        self._text.write_encoded(clean_records(texts))

    def commit(self, *, rows: int) -> None:
        self._text.commit(rows=rows)
