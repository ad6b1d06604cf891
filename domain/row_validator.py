"""Judges records one by one: typed values, or everything that is wrong with them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.constraints import Violation
from domain.key_index import KeyIndexFactory
from domain.layout import Column, Layout
from domain.member_names import MemberNames
from domain.record_shape import nameless, ragged, surplus_members
from domain.row_error import RowError, quoted, row_error, unquoted
from domain.row_keys import Place, key_rules, text_of
from domain.schema import Field
from domain.transform import Change, Rule
from domain.values.base import Misfit, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRow:
    """A record's typed values in the layout's column order, or else its errors; never both.

    `changes` is what the schema's rules changed in an accepted record.
    """

    values: tuple[Value, ...] = ()
    changes: tuple[Change, ...] = ()
    errors: tuple[RowError, ...] = ()

    @property
    def is_accepted(self) -> bool:
        """True when nothing is wrong with the record."""
        return not self.errors


def violations_of(column: Column, value: Value | Misfit) -> Sequence[Violation]:
    """Everything that is wrong with one cell's value, whatever the rest of its record."""
    if isinstance(value, Misfit):
        return (Violation(value.code, {"reason": value.reason}),)
    if value is None:
        is_bad = column.is_required
        return (Violation("required", {"name": quoted(column.name)}),) if is_bad else ()
    checks = column.field.checks
    return [found for check in checks if (found := check(value))] if checks else ()


def errors_of_text(column: Column, text: str) -> tuple[RowError, ...]:
    """The same as errors, of the cell of a CSV; their place is nowhere."""
    found = violations_of(column, column.field.read_text(text))
    return tuple(_cell_error(column, text, Place(0, 0), violation) for violation in found)


class RowValidator:
    """Judges the records of one file in their order; it remembers nothing but keys.

    A key is claimed by every record whose key cells are good, be the record itself accepted or
    not. So a row that is rejected for a bad date still makes a later row with its key a
    duplicate: whoever repairs the rejected rows learns at once that both claim the key, and
    does not import the second one first. A key with a missing part claims nothing.

    `reasons` of a record that was rejected before are what was said of it then. They matter
    for keys: the row that has the same one is in another file, whose rows were taken, and only
    there could it be seen. And one that was too short is told how an empty cell gets there.

    A record with too few or too many cells has that one error and claims nothing, since which
    of its cells belongs to which column cannot be known.
    """

    def __init__(self, layout: Layout, *, new_key_index: KeyIndexFactory) -> None:
        self._columns = layout.columns
        self._changing = [
            at for at, it in enumerate(layout.columns) if it.field.transform.changes_values
        ]
        self._member_names = MemberNames(layout.columns)
        # Of the members of a JSON object most may be absent: these are judged once.
        self._positions_of_names = {it.name: at for at, it in enumerate(layout.columns)}
        absent = [it.field.read_json(None) for it in layout.columns]
        self._never_absent = [
            at for at, it in enumerate(layout.columns) if violations_of(it, absent[at])
        ]
        self._if_absent = [None if isinstance(it, Misfit) else it for it in absent]
        self._layout = layout
        self._names = frozenset(layout.header)
        self._key_rules = tuple(key_rules(layout, new_key_index))
        self.key_positions = sorted({at for rule in self._key_rules for at in rule.positions})
        self.watched_positions = sorted({*self.key_positions, *self._changing})
        """The columns whose cells matter beside their being good: for keys, and to be changed."""
        self.key_rule_positions = [rule.positions for rule in self._key_rules]
        self._key_fields = [self._columns[at].field for at in self.key_positions]
        self._rules_over_keys = [rule.over(self.key_positions) for rule in self._key_rules]

    def validate_record(
        self, cells: Sequence[str], *, row: int, line: int, reasons: str = ""
    ) -> CheckedRow:
        """Judges one CSV record, cut into its cells."""
        place = Place(row, line)
        width, most = len(self._layout.header), len(self._layout.header) + self._layout.spare
        if width < len(cells) <= most:
            if any(cells[width:]):
                return CheckedRow(errors=(nameless(cells, self._layout, row=row, line=line),))
            cells = cells[:width]
        if len(cells) != width:
            error = ragged(cells, self._layout, row=row, line=line, reasons=reasons)
            return CheckedRow(errors=(error,))
        raws = [column.cell_of(cells) for column in self._columns]
        values = [
            column.field.read_text(raw) for column, raw in zip(self._columns, raws, strict=True)
        ]
        errors: list[RowError] = []
        good = _good_values(self._columns, raws, values, place=place, errors=errors)
        return self._verdict(
            raws, good, place, changes_of=Field.text_changes, errors=errors, reasons=reasons
        )

    def validate_json_record(
        self, members: Mapping[str, object], *, row: int, line: int, reasons: str = ""
    ) -> CheckedRow:
        """Judges one JSON object; an absent member is missing, as null is.

        A field that is there under two of its names is that one error, and the record claims
        nothing, since which of them counts cannot be known.
        """
        named = self._member_names.by_field(members)
        if len(named) < len(members):
            return CheckedRow(errors=(self._member_names.twice(members, row=row, line=line),))
        place = Place(row, line)
        raws: list[object] = [None] * len(self._columns)
        positions = set(self._never_absent)
        for name, raw in named.items():
            at = self._positions_of_names.get(name)
            if at is not None:
                raws[at] = raw
                positions.add(at)
        unknown = [name for name in named if name not in self._names]
        errors = [surplus_members(unknown, row=row, line=line)] if unknown else []
        good = self._good_members(raws, sorted(positions), place=place, errors=errors)
        return self._verdict(
            raws, good, place, changes_of=Field.json_changes, errors=errors, reasons=reasons
        )

    def validate_doubtful(self, cells: Mapping[int, str], *, row: int, line: int) -> CheckedRow:
        """Judges a CSV record that is whole, and whose other cells are known to be good.

        `cells` are those in doubt and those of `watched_positions`, by the positions of their
        columns and in the layout's order. When accepted, the values are those of these alone.
        """
        columns = [self._columns[at] for at in cells]
        read = [
            column.field.read_text(cells[at]) for at, column in zip(cells, columns, strict=True)
        ]
        return self._judge_doubtful(cells, read, Place(row, line), changes_of=Field.text_changes)

    def validate_doubtful_members(
        self, members: Mapping[str, object], *, positions: Iterable[int], row: int, line: int
    ) -> CheckedRow:
        """The same for a JSON object; its members in doubt are those of the `positions`."""
        named = self._member_names.by_field(members)
        watched = sorted({*positions, *self.watched_positions})
        raws = {at: named.get(self._columns[at].name) for at in watched}
        read = [self._columns[at].field.read_json(raw) for at, raw in raws.items()]
        return self._judge_doubtful(raws, read, Place(row, line), changes_of=Field.json_changes)

    def claim_keys(self, cells: Sequence[str], *, row: int, line: int) -> tuple[RowError, ...]:
        """Judges by its keys alone a CSV record that is known to be good otherwise.

        `cells` are those of the columns at `key_positions`. It may be asked more than once, but
        first in the record's turn among all others.
        """
        read = [field.read_text(cell) for field, cell in zip(self._key_fields, cells, strict=True)]
        values = [None if isinstance(value, Misfit) else value for value in read]
        errors: list[RowError] = []
        for rule in self._rules_over_keys:
            errors.extend(rule.claim(cells, values, Place(row, line)))
        return tuple(errors)

    def claim_encoded(
        self, keys: Sequence[Sequence[bytes | None]], *, rows: Sequence[int]
    ) -> set[int]:
        """Claims the keys of such records in their turn; which of them had one there before.

        `keys` are those of all records for each of `key_rule_positions`, as `encode_key` has
        them, and None where a part is missing. The errors are those of `claim_keys`.
        """
        claimed_before = set[int]()
        for rule, of_all in zip(self._key_rules, keys, strict=True):
            claimed_before |= rule.claim_encoded(of_all, rows=rows)
        return claimed_before

    def _judge_doubtful(
        self,
        raws: Mapping[int, object],
        read: Sequence[Value | Misfit],
        place: Place,
        *,
        changes_of: Callable[[Field, Any], Iterable[Rule]],
    ) -> CheckedRow:
        columns, errors = [self._columns[at] for at in raws], list[RowError]()
        good = _good_values(columns, list(raws.values()), read, place=place, errors=errors)
        values = dict(zip(raws, good, strict=True))
        for rule in self._key_rules:
            errors.extend(rule.claim(raws, values, place))
        if errors:
            return CheckedRow(errors=tuple(errors))
        return CheckedRow(values=tuple(good), changes=self._changes(raws, changes_of))

    def _good_members(
        self,
        raws: Sequence[object],
        positions: Sequence[int],
        *,
        place: Place,
        errors: list[RowError],
    ) -> list[Value]:
        """The values of all columns, of which those at the `positions` are to be judged."""
        columns, judged = [self._columns[at] for at in positions], [raws[at] for at in positions]
        read = [column.field.read_json(raw) for column, raw in zip(columns, judged, strict=True)]
        good = self._if_absent.copy()
        values = _good_values(columns, judged, read, place=place, errors=errors)
        for at, value in zip(positions, values, strict=True):
            good[at] = value
        return good

    def _verdict(
        self,
        raws: Sequence[object],
        good: Sequence[Value],
        place: Place,
        *,
        changes_of: Callable[[Field, Any], Iterable[Rule]],
        errors: list[RowError],
        reasons: str,
    ) -> CheckedRow:
        """What becomes of a record of these values, None for each bad one of the `errors`."""
        for rule in self._key_rules:
            errors.extend(rule.claim(raws, good, place, reasons=reasons))
        if errors:
            return CheckedRow(errors=tuple(errors))
        return CheckedRow(
            values=tuple(good),
            changes=self._changes(raws, changes_of),
        )

    def _changes(
        self,
        raws: Mapping[int, Any] | Sequence[Any],
        changes_of: Callable[[Field, Any], Iterable[Rule]],
    ) -> tuple[Change, ...]:
        return tuple(
            Change(self._columns[at].name, rule)
            for at in self._changing
            for rule in changes_of(self._columns[at].field, raws[at])
        )


def _good_values(
    columns: Sequence[Column],
    raws: Sequence[object],
    values: Sequence[Value | Misfit],
    *,
    place: Place,
    errors: list[RowError],
) -> list[Value]:
    """The values, None for a bad one, whose errors are added to `errors`."""
    good: list[Value] = []
    for column, raw, value in zip(columns, raws, values, strict=True):
        violations = violations_of(column, value)
        if violations or isinstance(value, Misfit):
            errors.extend(_cell_error(column, raw, place, found) for found in violations)
            # For the keys it counts as missing: a bad value is nobody's duplicate.
            good.append(None)
        else:
            good.append(value)
    return good


def _cell_error(column: Column, raw: object, place: Place, violation: Violation) -> RowError:
    return row_error(
        violation.code,
        row=place.row,
        line=place.line,
        column=column.name,
        value=None if violation.code == "required" else text_of(raw),
        shown=None if isinstance(raw, str) else unquoted(text_of(raw)),
        **violation.facts,
    )
