"""Which cell of a record belongs to which field: the header, matched against the schema."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.counted import counted
from domain.error_catalogue import message_of
from domain.processing_report import FileError, HeaderFault, ReportColumn
from domain.row_error import quoted
from domain.schema import Field, FieldsMatch, Schema
from domain.values.text import is_unicode


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column that is judged; `source` is the index of its cell in a CSV record.

    It is None for a field that the file does not have, and whose default is in every row.
    """

    field: Field
    source: int | None
    is_required: bool = False

    @property
    def name(self) -> str:
        """The column's name in the schema, or else in the file."""
        return self.field.name

    @property
    def as_written(self) -> "Column":
        """The column under the name that it has in the outputs."""
        name = self.field.output_name
        return self if name == self.name else replace(self, field=replace(self.field, name=name))

    def cell_of(self, record: Sequence[str]) -> str:
        """The column's cell of a CSV record; an empty one where the file has none."""
        return "" if self.source is None else record[self.source]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The columns in output order: the schema's in its order, then others as in the file.

    `header` has the names of the columns in the file's order, the schema's own in place of its
    aliases; a record has as many cells. It may have up to `spare` more that are empty: below
    cells of the header that come after the last name. `keys` names the columns of each uniqueness rule, the primary key's first.
    """

    columns: tuple[Column, ...]
    header: tuple[str, ...]
    spare: int = 0
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()

    @property
    def numbers_of_names(self) -> Mapping[str, int]:
        """Every name that a member of a JSON object may have, with its column's `source`."""
        return {
            name: column.source
            for column in self.columns
            if column.source is not None
            for name in column.field.names
        }

    @property
    def output_columns(self) -> tuple[Column, ...]:
        """The columns that are written, under the names that they have there."""
        return tuple(
            column.as_written for column in self.columns if not column.field.transform.drop
        )

    @property
    def output_positions(self) -> tuple[int, ...] | None:
        """Where the columns that are written stand among all; None when all of them are."""
        written = [at for at, it in enumerate(self.columns) if not it.field.transform.drop]
        return None if len(written) == len(self.columns) else tuple(written)

    @property
    def report_columns(self) -> tuple[ReportColumn, ...]:
        """The columns of the outputs as the report names them."""
        return tuple(
            ReportColumn(name=column.name, type=column.field.type) for column in self.output_columns
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderMatch:
    """The layout, or None when rows cannot be assigned to fields; and what is wrong anyhow."""

    layout: Layout | None
    faults: tuple[HeaderFault, ...]

    @property
    def file_error(self) -> FileError | None:
        """Why the file is rejected: its first fault, and how many there are besides."""
        if self.layout is not None:
            return None
        first, *others = self.faults
        more = f" (and {counted(len(others), 'more fault')} of the header)" if others else ""
        return FileError(code=first.code, message=first.message + more)


def match_header(schema: Schema | None, header: Sequence[str]) -> HeaderMatch:
    """The layout of a CSV file with that header, by the schema's `fieldsMatch`.

    Names are compared as they are written; an alias stands for its field's name. Without a
    schema any header does, and blank or repeated names are reported but do no harm; the same
    holds for columns beside the schema's where `fieldsMatch` allows them. Spreadsheets write the
    columns that somebody once touched as nameless ones at the end: those are reported and are no
    columns.
    """
    header, spare = _named(header), header[len(_named(header)) :]
    spare_faults = tuple(_blanks(spare, start=len(header) + 1))
    if schema is None:
        layout = _layout_of_names(header)
        faults = (*_blanks(header), *_duplicates(header, header), *spare_faults)
        return HeaderMatch(layout=replace(layout, spare=len(spare)), faults=faults)
    names_of_schema = schema.names
    names = [names_of_schema.get(name, name) for name in header]
    name_faults = (*_blanks(names), *_duplicates(names, header), *clashing_outputs(schema, names))
    field_faults = (*_missing(schema, names), *_unknown(schema, names))
    faults = (*name_faults, *field_faults) or tuple(_misplaced(schema, names))
    known = {field.name for field in schema.fields}
    is_harmless = schema.fields_match.allows_unknown and not any(
        fault.column in known for fault in name_faults
    )
    faults_of_all = (*faults, *spare_faults)
    if field_faults or (faults and not is_harmless):
        return HeaderMatch(layout=None, faults=faults_of_all)
    layout = _layout_of_schema(schema, names)
    return HeaderMatch(layout=replace(layout, spare=len(spare)), faults=faults_of_all)


def layout_without_header(schema: Schema | None, width: int) -> Layout:
    """The layout of a CSV file that begins with data: the schema's fields, or c1, c2 and so on.

    `width` is the number of cells of the first record; the schema, where there is one, knows
    better, and records that differ from it are row errors.
    """
    if schema is None:
        return _layout_of_names([f"c{number}" for number in range(1, width + 1)])
    return _layout_of_schema(schema, [field.name for field in schema.fields])


def layout_of_members(schema: Schema | None, names: Iterable[str]) -> Layout:
    """The layout of JSON objects whose members, over the whole file, have these names.

    All fields of the schema are columns, since a member that is absent is a missing value; so
    are other names where `fieldsMatch` allows them, and all names without a schema. A member
    that has no column here is an error of its record. Order means nothing in JSON, hence
    `exact` asks for no more than `equal`.
    """
    declared = [] if schema is None else [field.name for field in schema.fields]
    known = {} if schema is None else schema.names
    others: list[str] = []
    if schema is None or schema.fields_match.allows_unknown:
        unique = dict.fromkeys(names)
        others = [name for name in unique if name not in known and is_unicode(name)]
    header = declared + others
    return _layout_of_names(header) if schema is None else _layout_of_schema(schema, header)


def clashing_outputs(schema: Schema | None, names: Sequence[str]) -> Iterable[HeaderFault]:
    """The columns beside the schema's whose name a field of it has in the outputs.

    `names` are those of a layout's header. Nothing is lost by it: the outputs have both.
    """
    if schema is None or not schema.fields_match.allows_unknown:
        return
    known = {field.name for field in schema.fields}
    renamed = {field.transform.rename: field.name for field in schema.fields}
    for position, name in enumerate(names, start=1):
        field_name = renamed.get(name)
        if name not in known and field_name is not None and field_name in names:
            first, second = sorted((names.index(field_name) + 1, position))
            shown = f"{quoted(name)} in the outputs"
            yield _fault(
                "header_duplicate", name, position, shown=shown, first=first, second=second
            )


def _layout_of_names(header: Sequence[str]) -> Layout:
    columns = (Column(field=Field(name=name), source=at) for at, name in enumerate(header))
    return Layout(columns=tuple(columns), header=tuple(header))


def _layout_of_schema(schema: Schema, header: Sequence[str]) -> Layout:
    sources = {name: at for at, name in enumerate(header)}
    known = {field.name for field in schema.fields}
    columns = [
        Column(
            field=field,
            source=sources.get(field.name),
            is_required=field.constraints.required or field.name in schema.primary_key,
        )
        for field in schema.fields
        if field.name in sources or field.fills_absence
    ]
    names = {column.name for column in columns}
    columns += [
        Column(field=Field(name=name), source=at)
        for at, name in enumerate(header)
        if name not in known
    ]
    # A key with a part that the file does not have is null in every row, and so never checked.
    keys = tuple(key for key in schema.unique_keys if names.issuperset(key))
    return Layout(
        columns=tuple(columns),
        header=tuple(header),
        primary_key=schema.primary_key,
        unique_keys=keys,
    )


def _named(header: Sequence[str]) -> Sequence[str]:
    """The header up to its last name."""
    last = max((at for at, name in enumerate(header, start=1) if name.strip()), default=0)
    return header[:last]


def _blanks(header: Sequence[str], *, start: int = 1) -> Iterable[HeaderFault]:
    for position, name in enumerate(header, start=start):
        if not name.strip():
            yield _fault("header_blank", name, position)


def _duplicates(names: Sequence[str], header: Sequence[str]) -> Iterable[HeaderFault]:
    """The names that are there twice; `header` has them as the file does."""
    first_of: dict[str, int] = {}
    for position, (name, written) in enumerate(zip(names, header, strict=True), start=1):
        first = first_of.setdefault(name, position)
        if first != position and name.strip():
            both = header[first - 1], written
            also = f" (as {' and '.join(map(quoted, both))})" if both != (name, name) else ""
            shown = quoted(name) + also
            yield _fault(
                "header_duplicate", name, position, shown=shown, first=first, second=position
            )


def _missing(schema: Schema, header: Sequence[str]) -> Iterable[HeaderFault]:
    present = set(header)
    has_none = present.isdisjoint(field.name for field in schema.fields)
    # Nor would anything be written of a file whose every column is dropped.
    has_none |= present <= {field.name for field in schema.fields if field.transform.drop}
    for field in schema.fields:
        may_be_absent = schema.fields_match.allows_missing and not has_none
        must_have_a_value = schema.is_required(field.name) and not field.fills_absence
        if field.name not in present and (not may_be_absent or must_have_a_value):
            yield _fault("field_missing", field.name, None, hint="")


def _unknown(schema: Schema, header: Sequence[str]) -> Iterable[HeaderFault]:
    if schema.fields_match.allows_unknown:
        return
    known = {field.name for field in schema.fields}
    for position, name in enumerate(header, start=1):
        if name not in known and name.strip():
            yield _fault("field_unknown", name, position)


def _misplaced(schema: Schema, header: Sequence[str]) -> Iterable[HeaderFault]:
    if schema.fields_match is not FieldsMatch.EXACT:
        return
    for position, (field, name) in enumerate(zip(schema.fields, header, strict=True), start=1):
        if field.name != name:
            hint = (
                f" at position {position}, where it must be: {quoted(name)} is there "
                '(fieldsMatch "equal" would take any order)'
            )
            yield _fault("field_missing", field.name, position, hint=hint)


def _fault(
    code: str, name: str, position: int | None, *, shown: str | None = None, **facts: object
) -> HeaderFault:
    message = message_of(code, name=shown or quoted(name), position=position, **facts)
    return HeaderFault(code=code, column=name, position=position, message=message)
