"""The content engine: reads, judges and writes row by row."""

from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TypeVar

from adapters.tabular.csv_table import CsvTable
from adapters.tabular.decoding import Utf8Content, decode
from adapters.tabular.encoding_guess import is_windows_1252
from adapters.tabular.faults import FileFaultError
from adapters.tabular.json_table import JsonTable
from adapters.tabular.keys import key_indexes
from adapters.tabular.limits import Limits
from adapters.tabular.pipeline import Pipeline
from adapters.tabular.results import Results
from adapters.tabular.submitted_content import SubmittedContent
from adapters.tabular.table import AcceptedRows, Table
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
        watch = Watch(job)
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
                    job, content, watch, submitted, new_key_index, pipeline=pipeline
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
            return _process(job, table, submitted, watch, pipeline=pipeline)

    def _table(
        self,
        job: EngineJob,
        content: Utf8Content,
        watch: Watch,
        submitted: SubmittedContent,
        new_key_index: KeyIndexFactory,
        *,
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
                    outputs=job.options.outputs,
                    is_large=submitted.is_large,
                    ahead=ahead,
                )
            return CsvTable(
                content,
                sample=look_ahead(),
                schema=job.schema,
                options=job.options,
                limits=self._limits,
                new_key_index=new_key_index,
                is_large=submitted.is_large,
                ahead=ahead,
            )

    def _content(
        self, job: EngineJob, submitted: SubmittedContent, reading: ExitStack
    ) -> Utf8Content:
        def may_be_windows_1252() -> bool:
            # JSON is UTF-8 by its standard; what is not must say so.
            if job.file_type is not FileType.CSV:
                return False
            with closing(submitted.look_ahead()) as chunks:
                return is_windows_1252(chunks)

        return decode(
            reading.enter_context(closing(submitted.chunks())),
            declared=job.options.encoding,
            block_bytes=self._limits.block_bytes,
            is_windows_1252=may_be_windows_1252,
        )


def _process(
    job: EngineJob,
    table: Table,
    submitted: SubmittedContent,
    watch: Watch,
    *,
    pipeline: Pipeline,
) -> ProcessingReport:
    builder = ReportBuilder(job.options)
    results = Results(job.sinks, table, outputs=job.options.outputs)
    tables = pipeline.behind(results.accept_table)
    for row in table.rows():
        if isinstance(row, AcceptedRows):
            watch.rows(row.count)
            builder.accept_rows(row.count, row.changes)
            tables.put(row.texts)
            continue
        watch.row()
        if row.checked is None:
            builder.skip_row()
        elif row.checked.is_accepted:
            builder.accept_row(row.checked.changes)
            tables.finish()
            results.accept(row.checked.values)
        else:
            builder.reject_row(row.checked.errors)
            results.reject(row, row.checked.errors)
    tables.finish()
    broken = submitted.finish()
    watch.finish()
    report = builder.build(
        file_error=broken or table.file_error,
        file_type=table.file_type,
        compression=submitted.compression,
        encoding=table.encoding,
        dialect=table.dialect,
        columns=() if table.layout is None else table.layout.report_columns,
        header_faults=table.header_faults,
    )
    results.commit(report)
    return report
