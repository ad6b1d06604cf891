"""`rejected.csv`: the rejected rows of a CSV file, to be repaired and submitted again."""

from adapters.tabular.csv_writer import csv_record
from adapters.tabular.resubmission import BETWEEN_REASONS, RESERVED, reason
from adapters.tabular.result_text import ResultText
from adapters.tabular.spreadsheet import BYTE_ORDER_MARK, guard_all
from adapters.tabular.table import TableRow
from application.ports.content_engine import CommittedResult, ResultSinks
from domain.row_error import RowError


class RejectedCsv:
    """Writes rows with their place, their errors and their cells, by the file's own delimiter.

    So the text of a record that could not be cut can be cut once it is repaired, whatever was
    declared when the file was submitted first and is declared again.
    """

    name = "rejected.csv"
    media_type = "text/csv; charset=utf-8"

    def __init__(self, sinks: ResultSinks, *, header: tuple[str, ...], delimiter: str) -> None:
        self._text = ResultText(sinks, self.name, media_type=self.media_type)
        self.delimiter = delimiter
        self._empty_cells = ("",) * len(header)
        self._text.write(BYTE_ORDER_MARK)
        self._write_cells((*RESERVED, *header))

    def write(self, row: TableRow, errors: tuple[RowError, ...]) -> None:
        """Adds a row; what could not be cut gets its text, and empty cells to repair it in."""
        reasons = BETWEEN_REASONS.join(map(reason, errors))
        cells = row.cells or self._empty_cells
        self._write_cells((str(row.row), str(row.line), reasons, row.raw, *cells))

    def flush(self) -> None:
        """Hands over what was written so far."""
        self._text.flush()

    def commit(self, *, rows: int) -> CommittedResult:
        """Keeps what was written."""
        return self._text.commit(rows=rows)

    def _write_cells(self, cells: tuple[str, ...]) -> None:
        self._text.write(csv_record(guard_all(cells), delimiter=self.delimiter))
