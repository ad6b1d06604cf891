"""A JSON or NDJSON file as rows and columns."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

from adapters.tabular.decoding import Utf8Content
from adapters.tabular.element_reader import ElementReader
from adapters.tabular.faults import FileFaultError
from adapters.tabular.json_beginnings import Beginnings
from adapters.tabular.json_judge import JsonJudge, JsonRecords
from adapters.tabular.json_reader import JsonReader
from adapters.tabular.limits import Limits
from adapters.tabular.member_counts import MemberCounts
from adapters.tabular.ndjson_reader import NdjsonReader
from adapters.tabular.pipeline import Ahead, in_turn
from adapters.tabular.table import AcceptedRows, TableRow
from domain.file_type import FileType
from domain.key_index import KeyIndexFactory
from domain.layout import Layout, clashing_outputs, layout_of_members
from domain.processing_report import Dialect, FileError, HeaderFault, file_error
from domain.row_validator import RowValidator
from domain.schema import FieldType, Schema


class JsonTable:
    """Reads the elements twice where only the whole file tells which columns there are.

    `look_ahead` opens the same content again. A file that `is_large` is worth loading the fast
    path for. Raises FileFaultError when it is no JSON, or has too many columns.
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
        is_large: bool = False,
        ahead: Ahead = in_turn,
    ) -> None:
        self.file_type = file_type
        self.encoding = content.encoding
        self.dialect: Dialect | None = None
        self.file_error: FileError | None = None
        self._schema = schema
        self._limits = limits
        self._new_key_index = new_key_index
        self._is_large = is_large
        self._ahead = ahead
        self._records = JsonRecords(schema=schema, undecodable=content.undecodable, limits=limits)
        needs_names = schema is None or schema.fields_match.allows_unknown
        counts = MemberCounts()
        names = self._names(look_ahead(), counts) if needs_names else {}
        self._layout = layout_of_members(schema, names)
        # Read exactly, a record takes as long as its members; at once, as all columns.
        self._is_large &= not counts.are_sparse(columns=len(self._layout.columns))
        self.layout: Layout | None = self._layout
        self.header = self._layout.header
        self.header_faults: tuple[HeaderFault, ...] = (*clashing_outputs(schema, self.header),)
        self._reader = self._reader_of(content)
        elements = iter(self._reader)
        # What is no JSON at all shows on the first step, which must be here and not in `rows`.
        self._elements = chain(list(islice(elements, 1)), elements)

    def rows(self) -> Iterator[TableRow | AcceptedRows]:
        validator = RowValidator(self._layout, new_key_index=self._new_key_index)
        judge = JsonJudge(self._layout, self._records, validator)
        if not self.is_read_at_once:
            for row, element in enumerate(self._elements, start=1):
                yield judge.judge(element, row=row)
            return
        yield from self._fast_rows(judge)

    @property
    def is_read_at_once(self) -> bool:
        return self._is_large and bool(self.header)

    def _fast_rows(self, judge: JsonJudge) -> Iterable[TableRow | AcceptedRows]:
        # Here, so that a process without large files to read never loads NumPy and Polars.
        from adapters.tabular.fast.json_chunks import JsonChunks  # noqa: PLC0415 - see above
        from adapters.tabular.fast.json_names import NameTable  # noqa: PLC0415 - see above
        from adapters.tabular.fast.json_rows import MixedJsonRows  # noqa: PLC0415 - see above

        chunks = JsonChunks(
            self._reader,
            self._elements,
            NameTable(self._layout.numbers_of_names),
            are_lines=self.file_type is FileType.NDJSON,
            limits=self._limits,
        )
        return MixedJsonRows(chunks, judge, ahead=self._ahead)

    def _names(self, content: Utf8Content, counts: MemberCounts) -> dict[str, None]:
        """All members' names, in the order in which they first appear."""
        names: dict[str, None] = {}
        for found in self._names_of_records(self._reader_of(content), counts):
            names |= dict.fromkeys(found)
            if len(names) > self._limits.columns:
                raise FileFaultError(file_error("too_many_columns", limit=self._limits.columns))
        return names

    def _names_of_records(
        self, reader: ElementReader, counts: MemberCounts
    ) -> Iterable[Iterable[str]]:
        if not self._is_large:
            return (self._records.read(element).members for element in reader)
        from adapters.tabular.fast.json_first_look import NamesAtLarge  # noqa: PLC0415 - see above

        return NamesAtLarge(
            reader,
            self._records,
            are_lines=self.file_type is FileType.NDJSON,
            limits=self._limits,
            counts=counts,
        )

    def _reader_of(self, content: Utf8Content) -> ElementReader:
        if self.file_type is FileType.NDJSON:
            return NdjsonReader(content.blocks, limits=self._limits)
        return JsonReader(content.blocks, limits=self._limits, beginnings=_beginnings(self._schema))


def _beginnings(schema: Schema | None) -> Beginnings:
    if schema is None:
        return Beginnings()
    is_flat = all(field.type is not FieldType.ANY for field in schema.fields)
    return Beginnings(schema.names, are_flat=is_flat and not schema.fields_match.allows_unknown)
