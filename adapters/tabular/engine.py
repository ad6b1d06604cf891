"""The content engine: reads, judges and writes row by row."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TypeVar

from adapters.tabular.csv_table import CsvTable
from adapters.tabular.faults import FileFaultError
from adapters.tabular.intake import Intake
from adapters.tabular.json_table import JsonTable
from adapters.tabular.keys import key_indexes
from adapters.tabular.limits import Limits
from adapters.tabular.pipeline import Ahead, Pipeline
from adapters.tabular.profiler import Profiler
from adapters.tabular.results import Results
from adapters.tabular.submitted_content import SubmittedContent
from adapters.tabular.submitted_text import SubmittedText
from adapters.tabular.table import AcceptedRows, Table, TableRow
from adapters.tabular.watch import Watch
from application.ports.content_engine import ContentEngine, EngineJob
from domain.file_type import FileType
from domain.key_index import KeyIndexFactory
from domain.processing_report import Encoding, ProcessingReport
from domain.report_builder import ReportBuilder

T = TypeVar("T")


class TabularContentEngine(ContentEngine):
    """Processes CSV, JSON and NDJSON at constant memory: about 250 MB on the worst of contents.

    What does not fit in there goes to the folder `scratch`, or where the system keeps temporary
    files; a process that is killed leaves it there.
    """

    def __init__(self, *, limits: Limits | None = None, scratch: Path | None = None) -> None:
        self._limits = limits or Limits()
        self._scratch = scratch

    def process(self, job: EngineJob) -> ProcessingReport:
        """See the port. Raises InvalidOptionError for a delimiter that is none."""
        watch = Watch(job.source, progress=job.progress, should_stop=job.should_stop)
        submitted = SubmittedContent(
            watch,
            file_type=job.file_type,
            size_bytes=job.source.size_bytes,
            limits=self._limits,
        )
        with ExitStack() as reading:
            new_key_index = reading.enter_context(
                key_indexes(memory_bytes=self._limits.key_bytes, scratch=self._scratch)
            )
            encoding: Encoding | None = None
            try:
                text = SubmittedText(
                    submitted,
                    reading=reading,
                    file_type=job.file_type,
                    declared=job.options.encoding,
                    block_bytes=self._limits.block_bytes,
                )
                encoding = text.content.encoding
                pipeline = reading.enter_context(Pipeline(look=watch.look))
                ahead = partial(_read_ahead, watch, pipeline)
                is_large = submitted.is_large()
                table = self._table(job, text, new_key_index, is_large=is_large, ahead=ahead)
            except FileFaultError as fault:
                return _refused(job, fault, submitted, encoding=encoding)
            return self._read(job, table, submitted, watch, pipeline)

    def _table(
        self,
        job: EngineJob,
        text: SubmittedText,
        new_key_index: KeyIndexFactory,
        *,
        is_large: bool,
        ahead: Ahead,
    ) -> Table:
        with ExitStack() as looking_ahead:
            if job.file_type is not FileType.CSV:
                return JsonTable(
                    text.content,
                    file_type=job.file_type,
                    look_ahead=partial(text.look_ahead, looking_ahead),
                    schema=job.schema,
                    limits=self._limits,
                    new_key_index=new_key_index,
                    is_large=is_large,
                    ahead=ahead,
                )
            return CsvTable(
                text.content,
                sample=text.look_ahead(looking_ahead),
                schema=job.schema,
                options=job.options,
                limits=self._limits,
                new_key_index=new_key_index,
                is_large=is_large,
                ahead=ahead,
            )

    def _read(
        self,
        job: EngineJob,
        table: Table,
        submitted: SubmittedContent,
        watch: Watch,
        pipeline: Pipeline,
    ) -> ProcessingReport:
        profiler = Profiler(
            table.layout,
            is_text=table.dialect is not None,
            bytes_read=watch.bytes_read,
            limits=self._limits,
        )
        intake = Intake(job, table, profiler, pipeline)
        for row in _in_tables(table, _watched(table.rows(), watch)):
            intake.take(row)
        watch.is_read_ahead = False
        broken = submitted.finish()
        watch.finish()
        return intake.end(broken=broken, compression=submitted.compression)


def _watched(
    rows: Iterable[TableRow | AcceptedRows], watch: Watch
) -> Iterator[TableRow | AcceptedRows]:
    """The same rows, each told when it was read."""
    for row in rows:
        watch.rows(row.count) if isinstance(row, AcceptedRows) else watch.row()
        yield row


def _in_tables(
    table: Table, rows: Iterable[TableRow | AcceptedRows]
) -> Iterable[TableRow | AcceptedRows]:
    """The table's rows; where some may come as tables, all accepted ones do."""
    if table.layout is None or not table.is_read_at_once:
        return rows
    # Here, since it loads Polars, as only such a table does.
    from adapters.tabular.fast.gathered_rows import GatheredRows  # noqa: PLC0415

    return GatheredRows(rows, table.layout, has_kinds=table.dialect is None)


def _read_ahead(watch: Watch, pipeline: Pipeline, items: Generator[T]) -> Iterator[T]:
    watch.is_read_ahead = True
    return pipeline.ahead(items)


def _refused(
    job: EngineJob, fault: FileFaultError, submitted: SubmittedContent, *, encoding: Encoding | None
) -> ProcessingReport:
    """The report of a file that could not be opened as rows and columns."""
    report = ReportBuilder(job.options).build(
        file_error=submitted.finish() or fault.file_error,
        file_type=job.file_type,
        compression=submitted.compression,
        encoding=encoding,
    )
    Results(job.sinks, None).commit(report)
    return report
