"""What becomes of the rows of one job."""

from adapters.tabular.pipeline import Pipeline
from adapters.tabular.profiler import Profiler
from adapters.tabular.results import Results
from adapters.tabular.table import AcceptedRows, Table, TableRow
from application.ports.content_engine import EngineJob
from domain.file_head import Compression
from domain.processing_report import FileError, ProcessingReport
from domain.report_builder import ReportBuilder


class Intake:
    """Counts, profiles and writes each row in its turn.

    To take rows, and to end, raises FileFaultError when the results take more than they may.
    """

    def __init__(
        self,
        job: EngineJob,
        table: Table,
        profiler: Profiler,
        pipeline: Pipeline,
        *,
        most_result_bytes: int,
    ) -> None:
        self._table = table
        self._profiler = profiler
        self._builder = ReportBuilder(job.options)
        self._results = Results(
            job.sinks, table, most_bytes=most_result_bytes, outputs=job.options.outputs
        )
        # Tables are written and profiled while the next ones are judged.
        self._written = pipeline.behind(self._results.accept_table)
        self._profiled = pipeline.behind(self._profiler.add_table)

    def take(self, row: TableRow | AcceptedRows) -> None:
        """Takes the next of the table's rows."""
        if isinstance(row, AcceptedRows):
            self._builder.accept_rows(row.count, row.changes)
            self._written.put(row)
            self._profiled.put(row)
        elif row.checked is None:
            self._builder.skip_row()
        elif row.checked.is_accepted:
            self._builder.accept_row(row.checked.changes)
            self._finish()
            self._results.accept(row.checked.values)
            self._profiler.add(row.checked.values)
        else:
            self._builder.reject_row(row.checked.errors)
            self._results.reject(row, row.checked.errors)

    def end(self, *, broken: FileError | None, compression: Compression | None) -> ProcessingReport:
        """The report, when there are no more rows; `broken` is what ended them, if anything."""
        self._finish()
        self._results.end_rows()
        table = self._table
        columns = () if table.layout is None else table.layout.report_columns
        report = self._builder.build(
            file_error=broken or table.file_error,
            file_type=table.file_type,
            compression=compression,
            encoding=table.encoding,
            dialect=table.dialect,
            columns=self._profiler.profiled(columns),
            header_faults=table.header_faults,
        )
        self._results.commit(report)
        return report

    def _finish(self) -> None:
        """Waits for the rows that came as tables, so that a row may come after them."""
        self._written.finish()
        self._profiled.finish()
