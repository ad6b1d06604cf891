"""The result files of one job."""

from collections.abc import Iterator, Sequence

from adapters.tabular.error_lines import ErrorLines
from adapters.tabular.metered_sinks import MeteredSinks
from adapters.tabular.outputs.clean_csv import CleanCsv
from adapters.tabular.outputs.clean_ndjson import CleanNdjson
from adapters.tabular.outputs.clean_writer import CleanWriter
from adapters.tabular.outputs.data_package import DATA_PACKAGE_NAME, DataPackage
from adapters.tabular.outputs.indented_json import indented_json
from adapters.tabular.rejected_csv import RejectedCsv
from adapters.tabular.rejected_json import RejectedJson
from adapters.tabular.result_text import ResultText
from adapters.tabular.table import AcceptedRows, Table, TableRow
from application.errors import ConfigurationError
from application.ports.content_engine import ResultSinks
from domain.file_status import Outcome
from domain.layout import Layout
from domain.processing_report import ProcessingReport
from domain.row_error import RowError
from domain.values.base import Value


class Results:
    """Writes rows as they come; `commit` keeps what belongs to the report's outcome.

    `most_bytes` is what all results together may take: to write rows, and to end them, raises
    FileFaultError `results_too_large` once that is exceeded.
    """

    def __init__(
        self,
        sinks: ResultSinks,
        table: Table | None,
        *,
        most_bytes: int,
        outputs: Sequence[str] = (),
    ) -> None:
        self._metered = sinks = MeteredSinks(sinks, most_bytes=most_bytes)
        self._sinks: ResultSinks = sinks
        layout = None if table is None else table.layout
        self._columns = None if layout is None else layout.output_columns
        self._positions = None if layout is None else layout.output_positions
        self._clean = [] if layout is None else [*_clean_writers(sinks, layout, outputs)]
        # What could not even be opened has no rows. An empty file of them would come back as
        # one without a fault.
        self._rejected = None if table is None else _rejected_rows(sinks, table)
        self._errors = ErrorLines(sinks)

    def accept(self, values: tuple[Value, ...]) -> None:
        """Adds a clean row; `values` are those of all columns."""
        if self._positions is not None:
            values = tuple([values[at] for at in self._positions])
        self._metered.add_cells(len(values))
        for writer in self._clean:
            writer.write(values)

    def accept_table(self, rows: AcceptedRows) -> None:
        """Adds clean rows as a table."""
        self._metered.add_cells(rows.count * rows.texts.width)
        for writer in self._clean:
            writer.write_table(rows)

    def reject(self, row: TableRow, errors: tuple[RowError, ...]) -> None:
        """Adds a rejected row, and each of its errors."""
        if self._rejected is not None:
            self._rejected.write(row, errors)
        for error in errors:
            self._errors.write(error)

    def end_rows(self) -> None:
        """There are no more rows; only what describes them is still to come."""
        for writer in self._clean:
            writer.flush()
        if self._rejected is not None:
            self._rejected.flush()
        self._errors.flush()
        self._metered.end()

    def commit(self, report: ProcessingReport) -> None:
        """Keeps the results; of a rejected file, no clean rows."""
        package = DataPackage(self._columns or ())
        if report.outcome is not Outcome.REJECTED:
            self._commit_clean(package, rows=report.rows.accepted)
        if self._rejected is not None:
            self._commit_rejected(package, self._rejected, rows=report.rows.rejected)
        errors = self._errors
        package.add_file(
            errors.name,
            media_type=errors.media_type,
            committed=errors.commit(),
            rows=report.error_total,
        )
        self._write("report.json", indented_json(report.to_json()))
        if self._columns is not None:
            self._write(DATA_PACKAGE_NAME, package.to_json())

    def _commit_clean(self, package: DataPackage, *, rows: int) -> None:
        for writer in self._clean:
            package.add_clean(
                writer.name,
                media_type=writer.media_type,
                committed=writer.commit(rows=rows),
                rows=rows,
            )

    def _commit_rejected(
        self, package: DataPackage, rejected: RejectedCsv | RejectedJson, *, rows: int
    ) -> None:
        package.add_file(
            rejected.name,
            media_type=rejected.media_type,
            committed=rejected.commit(rows=rows),
            rows=rows,
            delimiter=rejected.delimiter if isinstance(rejected, RejectedCsv) else None,
        )

    def _write(self, name: str, content: str) -> None:
        text = ResultText(self._sinks, name, media_type="application/json")
        text.write(content + "\n")
        text.commit(rows=None)


def _clean_writers(
    sinks: ResultSinks, layout: Layout, outputs: Sequence[str]
) -> Iterator[CleanWriter]:
    for output in outputs:
        if output == "csv":
            yield CleanCsv(sinks, layout.output_columns)
        elif output == "ndjson":
            yield CleanNdjson(sinks, layout.output_columns)
        elif output == "parquet":
            yield _clean_parquet(sinks, layout)
        else:
            raise ValueError(f"an output that nothing writes: {output}")


def _clean_parquet(sinks: ResultSinks, layout: Layout) -> CleanWriter:
    try:
        # Here, since a process that writes none shall not have to load pyarrow.
        from adapters.tabular.outputs.clean_parquet import CleanParquet  # noqa: PLC0415
    except ImportError as error:
        reason = "Parquet is written by packages of the extra gristmill[engine]"
        raise ConfigurationError("pyarrow", reason) from error
    return CleanParquet(sinks, layout.output_columns)


def _rejected_rows(sinks: ResultSinks, table: Table) -> RejectedCsv | RejectedJson:
    """In the form of the file itself, so that nothing is lost on the way back."""
    if table.dialect is None:
        ascii_only = table.encoding.name != "utf-8"
        return RejectedJson(sinks, file_type=table.file_type, ascii_only=ascii_only)
    return RejectedCsv(sinks, header=table.header, delimiter=table.dialect.delimiter)
