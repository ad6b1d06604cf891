"""Judges records one by one: typed values, or everything that is wrong with them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.key_index import KeyIndex, KeyIndexFactory, encode_key
from domain.layout import Column, Layout
from domain.row_error import RowError, quoted, row_error
from domain.values.base import Misfit, Value
from domain.values.text import json_text


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRow:
    """A record's typed values in the layout's column order, or else its errors; never both."""

    values: tuple[Value, ...] = ()
    errors: tuple[RowError, ...] = ()

    @property
    def is_accepted(self) -> bool:
        """True when nothing is wrong with the record."""
        return not self.errors


@dataclass(frozen=True, slots=True)
class _Place:
    row: int
    line: int


@dataclass(frozen=True, slots=True)
class _Cell:
    """One cell on its way: as it came, and its value where it has one."""

    raw: object
    value: Value = None
    is_bad: bool = False

    @property
    def text(self) -> str:
        """As errors show it."""
        return self.raw if isinstance(self.raw, str) else json_text(self.raw)


@dataclass(frozen=True, slots=True)
class _KeyRule:
    code: str
    name: str
    column: str | None
    positions: tuple[int, ...]
    index: KeyIndex


class RowValidator:
    """Judges the records of one file in their order; it remembers nothing but keys.

    A key is claimed by every record whose key cells are good, be the record itself accepted or
    not. So a row that is rejected for a bad date still makes a later row with its key a
    duplicate: whoever repairs the rejected rows learns at once that both claim the key, and
    does not import the second one first. A key with a missing part claims nothing.

    A record with too few or too many cells has that one error and claims nothing, since which
    of its cells belongs to which column cannot be known.
    """

    def __init__(self, layout: Layout, *, new_key_index: KeyIndexFactory) -> None:
        self._columns = layout.columns
        self._header = layout.header
        self._names = frozenset(layout.header)
        self._key_rules = tuple(_key_rules(layout, new_key_index))

    def validate_record(self, cells: Sequence[str], *, row: int, line: int) -> CheckedRow:
        """Judges one CSV record, cut into its cells."""
        place = _Place(row, line)
        if len(cells) != len(self._header):
            return CheckedRow(errors=(self._ragged(cells, place),))
        errors: list[RowError] = []
        checked = []
        for column in self._columns:
            text = cells[column.source]
            value = column.field.read_text(text)
            checked.append(_check(column, text, value, place, errors))
        return self._judge(checked, errors, place)

    def validate_json_record(
        self, members: Mapping[str, object], *, row: int, line: int
    ) -> CheckedRow:
        """Judges one JSON object; an absent member is missing, as null is."""
        place = _Place(row, line)
        errors = [
            row_error("extra_cell", row=row, line=line, surplus=f"a member {quoted(name)} too many")
            for name in members
            if name not in self._names
        ]
        checked = []
        for column in self._columns:
            member = members.get(column.name)
            value = column.field.read_json(member)
            checked.append(_check(column, member, value, place, errors))
        return self._judge(checked, errors, place)

    def _ragged(self, cells: Sequence[str], place: _Place) -> RowError:
        found, expected = len(cells), len(self._header)
        if found < expected:
            name = self._header[found]
            return row_error(
                "missing_cell",
                row=place.row,
                line=place.line,
                column=name,
                cells=found,
                expected=expected,
                name=quoted(name),
            )
        surplus = f"{found} cells, {expected} are expected"
        return row_error(
            "extra_cell", row=place.row, line=place.line, value=cells[expected], surplus=surplus
        )

    def _judge(self, checked: list[_Cell], errors: list[RowError], place: _Place) -> CheckedRow:
        for rule in self._key_rules:
            errors.extend(_claim(rule, [checked[at] for at in rule.positions], place))
        if errors:
            return CheckedRow(errors=tuple(errors))
        return CheckedRow(values=tuple(cell.value for cell in checked))


def _check(
    column: Column, raw: object, value: Value | Misfit, place: _Place, errors: list[RowError]
) -> _Cell:
    """The cell; what is wrong with it is added to `errors`."""
    if isinstance(value, Misfit):
        facts = {"reason": value.reason}
        errors.append(_cell_error(column, _Cell(raw), place, value.code, facts))
        return _Cell(raw, is_bad=True)
    if value is None:
        if column.is_required:
            errors.append(
                row_error(
                    "required",
                    row=place.row,
                    line=place.line,
                    column=column.name,
                    name=quoted(column.name),
                )
            )
        return _Cell(raw)
    violations = [found for check in column.field.checks if (found := check(value))]
    errors.extend(_cell_error(column, _Cell(raw), place, *found) for found in violations)
    return _Cell(raw, value, is_bad=bool(violations))


def _cell_error(
    column: Column, cell: _Cell, place: _Place, code: str, facts: Mapping[str, object]
) -> RowError:
    return row_error(
        code, row=place.row, line=place.line, column=column.name, value=cell.text, **facts
    )


def _claim(rule: _KeyRule, cells: list[_Cell], place: _Place) -> Iterator[RowError]:
    if any(cell.is_bad or cell.value is None for cell in cells):
        return
    first_row = rule.index.claim(encode_key(cell.value for cell in cells), place.row)
    if first_row is not None:
        yield row_error(
            rule.code,
            row=place.row,
            line=place.line,
            column=rule.column,
            value=", ".join(cell.text for cell in cells),
            name=rule.name,
            first_row=first_row,
        )


def _key_rules(layout: Layout, new_key_index: KeyIndexFactory) -> Iterator[_KeyRule]:
    position_of = {column.name: at for at, column in reversed(list(enumerate(layout.columns)))}
    unique_columns = [
        (column.name,) for column in layout.columns if column.field.constraints.unique
    ]
    keys = [("primary_key", layout.primary_key)] * bool(layout.primary_key)
    keys += [("unique", key) for key in (*unique_columns, *layout.unique_keys)]
    for code, names in keys:
        yield _KeyRule(
            code=code,
            name=", ".join(map(quoted, names)),
            column=names[0] if len(names) == 1 else None,
            positions=tuple(position_of[name] for name in names),
            index=new_key_index(),
        )
