"""Schemas inferred from what the exact readers find at the start of a file."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from typing import Any

from adapters.tabular.csv_table import CsvTable
from adapters.tabular.decoding import Utf8Content
from adapters.tabular.faults import FileFaultError
from adapters.tabular.json_elements import read_element
from adapters.tabular.json_reader import JsonReader
from adapters.tabular.json_resubmission import restored
from adapters.tabular.keys import key_indexes
from adapters.tabular.limits import Limits
from adapters.tabular.ndjson_reader import NdjsonReader
from adapters.tabular.submitted_content import SubmittedContent
from adapters.tabular.submitted_text import SubmittedText
from adapters.tabular.table import AcceptedRows
from adapters.tabular.watch import Watch
from application.ports.schema_inference import Inference, InferenceJob, SchemaInference
from domain.file_type import FileType
from domain.inference import infer_from_objects, infer_from_records
from domain.inferred_schema import InferredSchema
from domain.processing_report import Dialect, FileError

_NAMELESS = FileError(code="no_header", message="no column has a name of its own")


class TabularSchemaInference(SchemaInference):
    """Looks at CSV, JSON and NDJSON record by record."""

    def __init__(self, *, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()

    def infer(self, job: InferenceJob) -> Inference:
        """See the port."""
        watch = Watch(job.source, should_stop=job.should_stop)
        submitted = SubmittedContent(
            watch,
            file_type=job.file_type,
            size_bytes=job.source.size_bytes,
            limits=self._limits,
        )
        with ExitStack() as reading:
            try:
                inference = self._of_sample(
                    job, _Sample(job.sample_rows, watch), submitted, reading
                )
            except FileFaultError as fault:
                return Inference(file_error=submitted.known_fault or fault.file_error)
            # A sample of all there is comes from a stream that must be whole, too; the rest of
            # a longer one may be long, and is not read for it.
            broken = submitted.finish() if inference.is_whole else submitted.known_fault
        return inference if broken is None else Inference(file_error=broken)

    def _of_sample(
        self,
        job: InferenceJob,
        sample: "_Sample",
        submitted: SubmittedContent,
        reading: ExitStack,
    ) -> Inference:
        text = SubmittedText(
            submitted,
            reading=reading,
            file_type=job.file_type,
            declared=job.options.encoding,
            block_bytes=self._limits.block_bytes,
        )
        if job.file_type is FileType.CSV:
            return self._of_csv(job, sample, text, reading)
        return self._of_json(job, sample, text.content)

    def _of_csv(
        self, job: InferenceJob, sample: "_Sample", text: SubmittedText, reading: ExitStack
    ) -> Inference:
        new_key_index = reading.enter_context(key_indexes(memory_bytes=self._limits.key_bytes))
        table = CsvTable(
            text.content,
            sample=text.look_ahead(reading),
            schema=None,
            options=job.options,
            limits=self._limits,
            new_key_index=new_key_index,
        )
        records: list[Any] = []
        for row in sample.of(table.rows()):
            if isinstance(row, AcceptedRows) or row.checked is None:
                continue
            if row.checked.is_accepted:
                records.append(row.checked.values)
            else:
                sample.rejected += 1
        header = () if table.layout is None else table.layout.header
        schema = infer_from_records(header, records)
        return sample.inference(schema, text.content, dialect=table.dialect)

    def _of_json(self, job: InferenceJob, sample: "_Sample", content: Utf8Content) -> Inference:
        objects = []
        reader = NdjsonReader if job.file_type is FileType.NDJSON else JsonReader
        for element in sample.of(iter(reader(content.blocks, limits=self._limits))):
            undecodable = content.undecodable
            record = read_element(element, undecodable=undecodable, limits=self._limits)
            record = restored(record, schema=None, undecodable=undecodable, limits=self._limits)
            if record.faults:
                sample.rejected += 1
            elif not record.is_blank:
                objects.append(record.members)
        return sample.inference(infer_from_objects(objects), content, dialect=None)


class _Sample:
    """The first rows, and whether there were more."""

    def __init__(self, rows: int, watch: Watch) -> None:
        self._most = rows
        self._watch = watch
        self._is_whole = True
        self.rejected = 0

    def of(self, rows: Iterator[Any]) -> Iterator[Any]:
        for row in islice(rows, self._most):
            self._watch.row()
            yield row
        self._is_whole = next(rows, None) is None

    def inference(
        self, schema: InferredSchema, content: Utf8Content, *, dialect: Dialect | None
    ) -> Inference:
        return Inference(
            schema=schema if schema.fields else None,
            file_error=None if schema.fields else _NAMELESS,
            rejected=self.rejected,
            is_whole=self._is_whole,
            encoding=content.encoding,
            dialect=dialect,
        )
