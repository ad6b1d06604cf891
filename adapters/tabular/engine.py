"""The content engine: reads, judges and writes row by row."""

from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TypeVar

from adapters.tabular.csv_table import CsvTable
from adapters.tabular.decoding import Utf8Content, decode
from adapters.tabular.encoding_guess import eight_bit_guess
from adapters.tabular.faults import FileFaultError
from adapters.tabular.json_table import JsonTable
from adapters.tabular.keys import key_indexes
from adapters.tabular.limits import Limits
from adapters.tabular.pipeline import Pipeline
from adapters.tabular.profiler import Profiler
from adapters.tabular.results import Results
from adapters.tabular.submitted_content import SubmittedContent
from adapters.tabular.table import AcceptedRows, Table, TableRow
from adapters.tabular.watch import Watch
from application.ports.content_engine import ContentEngine, EngineJob
from domain.file_head import Compression
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
        with ExitStack() as reading:
            new_key_index = reading.enter_context(
                key_indexes(memory_bytes=self._limits.key_bytes, scratch=self._scratch)
            )
            encoding: Encoding | None = None
            try:
                content = self._content(job, submitted, reading)
                encoding = content.encoding
                pipeline = reading.enter_context(Pipeline(look=watch.look))
                table = self._table(
                    job, content, submitted, new_key_index, watch=watch, pipeline=pipeline
                )
            except FileFaultError as fault:
                report = ReportBuilder(job.options).build(
                    file_error=submitted.finish() or fault.file_error,
                    file_type=job.file_type,
                    compression=submitted.compression,
                    encoding=encoding,
                )
                Results(job.sinks, None).commit(report)
                return report
            profiler = Profiler(
                table.layout,
                is_text=table.dialect is not None,
                bytes_read=watch.bytes_read,
                limits=self._limits,
            )
            intake = _Intake(job, table, profiler, pipeline)
            for row in table.rows():
                watch.rows(row.count) if isinstance(row, AcceptedRows) else watch.row()
                intake.take(row)
            watch.is_read_ahead = False
            broken = submitted.finish()
            watch.finish()
            return intake.end(broken=broken, compression=submitted.compression)

    def _table(
        self,
        job: EngineJob,
        content: Utf8Content,
        submitted: SubmittedContent,
        new_key_index: KeyIndexFactory,
        *,
        watch: Watch,
        pipeline: Pipeline,
    ) -> Table:
        def ahead(items: Generator[T]) -> Iterator[T]:
            watch.is_read_ahead = True
            return pipeline.ahead(items)

        with ExitStack() as looking_ahead:

            def look_ahead() -> Utf8Content:
                return decode(
                    looking_ahead.enter_context(closing(submitted.look_ahead())),
                    declared=content.encoding.name,
                    block_bytes=self._limits.block_bytes,
                )

            if job.file_type is not FileType.CSV:
                return JsonTable(
                    content,
                    file_type=job.file_type,
                    look_ahead=look_ahead,
                    schema=job.schema,
                    limits=self._limits,
                    new_key_index=new_key_index,
                    is_large=submitted.is_large(),
                    ahead=ahead,
                )
            return CsvTable(
                content,
                sample=look_ahead(),
                schema=job.schema,
                options=job.options,
                limits=self._limits,
                new_key_index=new_key_index,
                is_large=submitted.is_large(),
                ahead=ahead,
            )

    def _content(
        self, job: EngineJob, submitted: SubmittedContent, reading: ExitStack
    ) -> Utf8Content:
        def eight_bit_encoding() -> str | None:
            # JSON is UTF-8 by its standard; what is not must say so.
            if job.file_type is not FileType.CSV:
                return None
            with closing(submitted.look_ahead()) as chunks:
                return eight_bit_guess(chunks)

        return decode(
            reading.enter_context(closing(submitted.chunks())),
            declared=job.options.encoding,
            block_bytes=self._limits.block_bytes,
            eight_bit_encoding=eight_bit_encoding,
        )


class _Intake:
    """What becomes of the rows: they are counted, profiled and written."""

    def __init__(
        self, job: EngineJob, table: Table, profiler: Profiler, pipeline: Pipeline
    ) -> None:
        self._table = table
        self._profiler = profiler
        self._builder = ReportBuilder(job.options)
        self._results = Results(job.sinks, table, outputs=job.options.outputs)
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
