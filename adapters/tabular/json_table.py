"""A JSON or NDJSON file as rows and columns."""

from collections.abc import Callable, Iterator
from itertools import chain, islice

from adapters.tabular.decoding import Utf8Content
from adapters.tabular.faults import FileFaultError, row_errors
from adapters.tabular.json_elements import JsonRecord, read_element
from adapters.tabular.json_reader import JsonReader
from adapters.tabular.json_resubmission import restored
from adapters.tabular.limits import Limits
from adapters.tabular.ndjson_reader import NdjsonReader
from adapters.tabular.table import TableRow
from domain.file_type import FileType
from domain.key_index import KeyIndexFactory
from domain.layout import Layout, layout_of_members
from domain.processing_report import Dialect, FileError, HeaderFault, file_error
from domain.row_validator import CheckedRow, RowValidator
from domain.schema import Schema


class JsonTable:
    """Reads the elements twice where only the whole file tells which columns there are.

    `look_ahead` opens the same content again. Raises FileFaultError when it is no JSON, or has
    too many columns.
    """

    def __init__(
        self,
        content: Utf8Content,
        *,
        file_type: FileType,
        look_ahead: Callable[[], Utf8Content],
        schema: Schema | None,
        limits: Limits,
        new_key_index: KeyIndexFactory,
    ) -> None:
        self.file_type = file_type
        self.encoding = content.encoding
        self.dialect: Dialect | None = None
        self.header_faults: tuple[HeaderFault, ...] = ()
        self.file_error: FileError | None = None
        self._schema = schema
        self._limits = limits
        self._new_key_index = new_key_index
        needs_names = schema is None or schema.fields_match.allows_unknown
        names = self._names(look_ahead()) if needs_names else {}
        self._layout = layout_of_members(schema, names)
        self.layout: Layout | None = self._layout
        self.header = self._layout.header
        records = self._read(content)
        # What is no JSON at all shows on the first step, which must be here and not in `rows`.
        self._records = chain(list(islice(records, 1)), records)

    def rows(self) -> Iterator[TableRow]:
        validator = RowValidator(self._layout, new_key_index=self._new_key_index)
        for row, record in enumerate(self._records, start=1):
            if record.is_blank:
                yield TableRow(row=row, line=record.line, checked=None)
                continue
            checked = self._check(validator, record, row=row)
            if checked.is_accepted:
                # Without any column, an object without members is what a blank line is.
                is_blank = not self.header
                yield TableRow(row=row, line=record.line, checked=None if is_blank else checked)
                continue
            yield TableRow(
                row=row,
                line=record.line,
                checked=checked,
                members=None if record.faults else record.members,
                raw=record.text if record.faults else "",
            )

    def _check(self, validator: RowValidator, record: JsonRecord, *, row: int) -> CheckedRow:
        if not record.faults:
            return validator.validate_json_record(
                record.members, row=row, line=record.line, reasons=record.reasons
            )
        errors = row_errors(record.faults, row=row, line=record.line, header=self.header)
        return CheckedRow(errors=errors)

    def _read(self, content: Utf8Content) -> Iterator[JsonRecord]:
        undecodable = content.undecodable
        reader = NdjsonReader if self.file_type is FileType.NDJSON else JsonReader
        for element in reader(content.blocks, limits=self._limits):
            record = read_element(element, undecodable=undecodable, limits=self._limits)
            yield restored(
                record, schema=self._schema, undecodable=undecodable, limits=self._limits
            )

    def _names(self, content: Utf8Content) -> dict[str, None]:
        """All members' names, in the order in which they first appear."""
        names: dict[str, None] = {}
        for record in self._read(content):
            names |= dict.fromkeys(record.members)
            if len(names) > self._limits.columns:
                raise FileFaultError(file_error("too_many_columns", limit=self._limits.columns))
        return names
