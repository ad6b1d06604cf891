"""A CSV file as rows and columns."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from adapters.tabular.csv_judge import CsvJudge
from adapters.tabular.csv_reader import CsvReader, CsvRecord
from adapters.tabular.csv_resubmission import CsvResubmission
from adapters.tabular.csv_source import CsvSource
from adapters.tabular.decoding import Utf8Content
from adapters.tabular.delimiter import SAMPLE_BYTES, choose_delimiter
from adapters.tabular.faults import FileFaultError, RecordFault
from adapters.tabular.limits import Limits
from adapters.tabular.physical_lines import PhysicalLine, physical_lines
from adapters.tabular.pipeline import Ahead, in_turn
from adapters.tabular.resubmission import is_resubmission
from adapters.tabular.sep_line import told_delimiter
from adapters.tabular.table import AcceptedRows, TableRow
from domain.error_catalogue import message_of
from domain.file_type import FileType
from domain.key_index import KeyIndexFactory
from domain.layout import Layout, layout_without_header, match_header
from domain.processing_options import ProcessingOptions
from domain.processing_report import (
    DelimiterSource,
    Dialect,
    FileError,
    HeaderFault,
    file_error,
)
from domain.row_validator import RowValidator
from domain.schema import FieldType, Schema


class CsvTable:
    """Reads the header at once, the rows when they are asked for.

    `sample` is a second opening of the same content, of which only the beginning is read.
    Of a file that `is_large` the records may be read `ahead`. Raises FileFaultError when there
    is no header that could be read.
    """

    def __init__(
        self,
        content: Utf8Content,
        *,
        sample: Utf8Content,
        schema: Schema | None,
        options: ProcessingOptions,
        limits: Limits,
        new_key_index: KeyIndexFactory,
        is_large: bool = False,
        ahead: Ahead = in_turn,
    ) -> None:
        self.file_type = FileType.CSV
        self.encoding = content.encoding
        self._undecodable = content.undecodable
        self._limits = limits
        self._new_key_index = new_key_index
        beginning = _beginning(sample.blocks)
        if not beginning.strip() and all(not block.strip() for block in sample.blocks):
            raise FileFaultError(file_error("empty_file"))
        head = beginning[:SAMPLE_BYTES]
        dialect = _dialect(head, options, limits)
        self.dialect: Dialect | None = dialect
        self._delimiter = dialect.delimiter
        self._is_large = is_large
        self._ahead = ahead
        self._outputs = options.outputs
        self._source = CsvSource(content.blocks)
        self._reader = self._reader_of(self._source.lines(max_bytes=limits.line_bytes))
        self._records = iter(self._reader)
        if told_delimiter(head):
            _skip_sep_line(self._records)
        self.header_faults: tuple[HeaderFault, ...] = ()
        self.file_error: FileError | None = None
        self.layout: Layout | None
        self._resubmission: CsvResubmission | None = None
        first_cells = () if options.header else self._first_cells(beginning, sample.blocks)
        self._take_layout(schema, first_cells, has_header=options.header)

    def rows(self) -> Iterator[TableRow | AcceptedRows]:
        if self.layout is None:
            return iter(())
        validator = RowValidator(self.layout, new_key_index=self._new_key_index)
        # The schema's names in place of their aliases, and whatever follows the last name.
        names = (*self.layout.header, *self.header[len(self.layout.header) :])
        judge = CsvJudge(self.layout, names, validator)
        return self._fast_rows(judge) if self.is_read_at_once else self._exact_rows(judge)

    @property
    def is_read_at_once(self) -> bool:
        is_repaired, layout = self._resubmission is not None, self.layout
        return (
            self._is_large and not is_repaired and layout is not None and self._texts_tell(layout)
        )

    def _texts_tell(self, layout: Layout) -> bool:
        """True when every output can be made of texts, which the fast path gives alone.

        They do not tell a default that is a number from a text that is written like it.
        """
        has_types = self._outputs != ("csv",)
        defaults = [
            column.field.transform.default
            for column in layout.output_columns
            if column.field.type is FieldType.ANY
        ]
        return not has_types or all(isinstance(it, str | None) for it in defaults)

    def _exact_rows(self, judge: CsvJudge) -> Iterator[TableRow]:
        for row, read in enumerate(self._records, start=1):
            if self._resubmission is None or read.is_blank:
                yield judge.judge(read, row=row)
            else:
                restored = self._resubmission.restored(read, cut=self._cut)
                yield judge.judge_present(restored, row=row)

    def _fast_rows(self, judge: CsvJudge) -> Iterator[TableRow | AcceptedRows]:
        # Here, so that a process without large files to read never loads NumPy and Polars.
        from adapters.tabular.fast.cut_chunks import CutChunks  # noqa: PLC0415 - see above
        from adapters.tabular.fast.mixed_rows import MixedRows  # noqa: PLC0415 - see above

        chunks = CutChunks(
            self._source,
            reader_of=self._reader_of,
            delimiter=self._delimiter,
            width=len(judge.layout.header),
            spare=judge.layout.spare,
            limits=self._limits,
            line=self._reader.line,
        )
        return iter(MixedRows(chunks, judge, reader_of=self._reader_of, ahead=self._ahead))

    def _cut(self, raw: str) -> CsvRecord:
        """The one record that this text is."""
        first, *others = [*islice(self._records_of(iter((raw.encode(),))), 2)]
        if not others:
            return first
        fault = RecordFault(code="extra_cell", facts={"surplus": "more than one line in _raw"})
        return CsvRecord(line=first.line, raw=raw, faults=(fault,))

    def _records_of(
        self, blocks: Iterator[bytes], *, columns: int | None = None
    ) -> Iterator[CsvRecord]:
        reader = self._reader_of(physical_lines(blocks, max_bytes=self._limits.line_bytes))
        reader.limits = replace(self._limits, columns=columns or self._limits.columns)
        return iter(reader)

    def _reader_of(self, lines: Iterator[PhysicalLine], line: int = 0) -> CsvReader:
        return CsvReader(
            lines,
            delimiter=self._delimiter,
            undecodable=self._undecodable,
            limits=self._limits,
            line=line,
        )

    def _first_cells(self, beginning: bytes, rest: Iterator[bytes]) -> tuple[str, ...]:
        """The cells of the first record that has any; one empty cell when none has."""
        records = self._records_of(
            chain((beginning,), rest), columns=self._limits.of_rejected_rows.columns
        )
        if told_delimiter(beginning):
            _skip_sep_line(records)
        return next((it.cells for it in records if it.cells and self._are_few(it.cells)), ("",))

    def _are_few(self, cells: Sequence[str]) -> bool:
        """True when there are no more columns than may be, ours not counted."""
        limits = self._limits.of_rejected_rows if is_resubmission(cells) else self._limits
        return len(cells) <= limits.columns

    def _set_limits_of_rows(self) -> None:
        if self._resubmission is None:
            self._reader.limits = self._limits
            return
        limits = self._limits.of_rejected_rows
        lines = self._source.lines(max_bytes=limits.line_bytes)
        self._reader = self._reader_of(lines, line=self._reader.line)
        self._reader.limits = limits
        self._records = iter(self._reader)

    def _take_layout(
        self, schema: Schema | None, first_cells: Sequence[str], *, has_header: bool
    ) -> None:
        # A `rejected.csv` has a header, whatever the file had that it came from.
        if has_header or CsvResubmission.of(first_cells, schema):
            self._take_header(schema)
        else:
            self.layout = layout_without_header(schema, len(first_cells))
            self.header = self.layout.header
        self._set_limits_of_rows()

    def _take_header(self, schema: Schema | None) -> None:
        record = self._first_record()
        if not self._are_few(record.cells):
            raise FileFaultError(file_error("too_many_columns", limit=self._limits.columns))
        self.header = record.cells
        self._resubmission = CsvResubmission.of(record.cells, schema)
        if self._resubmission is not None:
            self.header = self._resubmission.own_cells(record)
        if not self.header:
            raise FileFaultError(file_error("empty_file"))
        if not any(name.strip() for name in self.header):
            reason = "none of its columns has a name"
            raise FileFaultError(file_error("no_header", line=record.line, reason=reason))
        match = match_header(schema, self.header)
        self.layout = match.layout
        self.header_faults = match.faults
        self.file_error = match.file_error

    def _first_record(self) -> CsvRecord:
        # Until it has told whether four of them are ours.
        columns = self._limits.of_rejected_rows.columns
        self._reader.limits = replace(self._limits, columns=columns)
        for record in self._records:
            if not record.is_blank:
                return self._readable(record)
        raise FileFaultError(file_error("empty_file"))

    def _readable(self, record: CsvRecord) -> CsvRecord:
        for fault in record.faults:
            if fault.code == "extra_cell":
                raise FileFaultError(file_error("too_many_columns", limit=self._limits.columns))
            reason = message_of(fault.code, **fault.facts)
            raise FileFaultError(file_error("no_header", line=record.line, reason=reason))
        limit = self._limits.column_name_bytes
        if any(len(name.encode()) > limit for name in record.cells):
            reason = message_of("cell_too_long", limit=limit)
            raise FileFaultError(file_error("no_header", line=record.line, reason=reason))
        return record


def _dialect(sample: bytes, options: ProcessingOptions, limits: Limits) -> Dialect:
    told = told_delimiter(sample)
    if options.delimiter is not None:
        source = DelimiterSource.DECLARED
    else:
        source = DelimiterSource.CONTENT if told is None else DelimiterSource.SEP_LINE
    delimiter = choose_delimiter(sample, declared=options.delimiter or told, limits=limits)
    return Dialect(delimiter=delimiter, delimiter_source=source, header=options.header)


def _skip_sep_line(records: Iterator[CsvRecord]) -> None:
    """Skips the first record that has anything but spaces; before it there may be lines of them."""
    next(record for record in records if any(map(str.strip, record.cells)))


def _beginning(blocks: Iterator[bytes]) -> bytes:
    """The content's first bytes from its first cell on, which may come after any blank lines."""
    sample = bytearray()
    for block in blocks:
        sample += block if sample else block.lstrip(b" \r\n")
        if len(sample) >= SAMPLE_BYTES:
            break
    return bytes(sample)
