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
from domain.processing_report import Encoding, FileError, ProcessingReport
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
        encoding: Encoding | None = None
        with ExitStack() as reading:
            new_key_index = reading.enter_context(
                key_indexes(memory_bytes=self._limits.key_bytes, scratch=self._scratch)
            )
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
                broken = submitted.finish() or fault.file_error
                return _refused(job, broken, submitted, encoding=encoding)
            try:
                return self._read(job, table, submitted, watch, pipeline)
            except FileFaultError as fault:
                too_large = fault.file_error
        # Not before all threads are done: results are begun again that they were writing.
        return _refused(job, too_large, submitted, encoding=encoding)

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
        intake = Intake(
            job,
            table,
            profiler,
            pipeline,
            most_result_bytes=submitted.most_result_bytes(),
        )
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
    job: EngineJob, file_error: FileError, submitted: SubmittedContent, *, encoding: Encoding | None
) -> ProcessingReport:
    """The report of a file of which no row can be told, and nothing else."""
    report = ReportBuilder(job.options).build(
        file_error=file_error,
        file_type=job.file_type,
        compression=submitted.compression,
        encoding=encoding,
    )
    results = Results(job.sinks, None, most_bytes=submitted.most_result_bytes())
    results.end_rows()
    results.commit(report)
    return report
