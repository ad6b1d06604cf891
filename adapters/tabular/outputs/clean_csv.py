"""`clean.csv`: faithful values as canonical texts, no guards and no byte order mark."""

from collections.abc import Sequence

from adapters.tabular.csv_writer import csv_record
from adapters.tabular.outputs.clean_writer import CleanWriter
from adapters.tabular.result_text import ResultText
from adapters.tabular.table import AcceptedRows
from application.ports.content_engine import CommittedResult, ResultSinks
from domain.layout import Column
from domain.values.base import Value


class CleanCsv(CleanWriter):
    """Writes the names of the columns, as the file has them, and then the rows."""

    name = "clean.csv"
    media_type = "text/csv; charset=utf-8"

    def __init__(self, sinks: ResultSinks, columns: Sequence[Column]) -> None:
        self._text = ResultText(sinks, self.name, media_type=self.media_type)
        self._formats = [column.field.format for column in columns]
        self._missing = [column.field.format(None) for column in columns]
        self._write_cells([column.name for column in columns])

    def write(self, values: tuple[Value, ...]) -> None:
        self._write_cells(
            [
                missing if value is None else format_value(value)
                for value, format_value, missing in zip(
                    values, self._formats, self._missing, strict=True
                )
            ]
        )

    def write_table(self, rows: AcceptedRows) -> None:
        # Here, since it loads Polars: whoever has a table has loaded it.
        from adapters.tabular.fast.clean_records import clean_records  # noqa: PLC0415

        self._text.write_encoded(clean_records(rows.texts, missing=self._missing))

    def flush(self) -> None:
        self._text.flush()

    def commit(self, *, rows: int) -> CommittedResult:
        return self._text.commit(rows=rows)

    def _write_cells(self, cells: list[str]) -> None:
        # Without columns, so without rows, there is nothing to write.
        if cells:
            self._text.write(csv_record(cells))
