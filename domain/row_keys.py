"""The keys of records, claimed in the order of rows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.error_catalogue import message_of
from domain.key_index import KeyIndex, KeyIndexFactory, encode_key
from domain.layout import Layout
from domain.row_error import RowError, quoted, row_error
from domain.values.base import Value
from domain.values.text import json_text


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands."""

    row: int
    line: int


@dataclass(frozen=True, slots=True)
class KeyRule:
    """One rule of uniqueness; `positions` are those of its columns in the layout."""

    code: str
    name: str
    column: str | None
    positions: tuple[int, ...]
    index: KeyIndex

    def over(self, key_positions: Sequence[int]) -> "KeyRule":
        """The same rule for records of which only the cells at those positions are there."""
        return replace(self, positions=tuple(key_positions.index(at) for at in self.positions))

    def claim_encoded(self, keys: Sequence[bytes | None], *, rows: Sequence[int]) -> set[int]:
        """Claims the keys of the records with those rows; which of them are not new."""
        places = [at for at, key in enumerate(keys) if key is not None]
        present = [key for key in keys if key is not None]
        rows = rows if len(places) == len(keys) else [rows[at] for at in places]
        first_rows = self.index.claim_all(present, rows)
        if first_rows == rows:
            return set()
        claims = zip(places, first_rows, rows, strict=True)
        return {at for at, first_row, row in claims if first_row != row}

    def claim(
        self,
        raws: Mapping[int, object] | Sequence[object],
        values: Mapping[int, Value] | Sequence[Value],
        place: Place,
        *,
        reasons: str = "",
    ) -> Iterator[RowError]:
        """Claims the record's key, if it has one; yields the error of one that is not new.

        `reasons` are what was said of the record when it was rejected before.
        """
        parts = [values[at] for at in self.positions]
        if any(part is None for part in parts):
            return
        first_row = self.index.claim(encode_key(parts), place.row)
        if first_row == place.row:
            first_row = None
        if first_row is None and not reasons:
            return
        text = ", ".join(text_of(raws[at]) for at in self.positions)
        first_place = first_row or _place_in_another_file(self, text, reasons)
        if first_place is not None:
            yield row_error(
                self.code,
                row=place.row,
                line=place.line,
                column=self.column,
                value=text,
                name=self.name,
                first_row=first_place,
            )


def text_of(raw: object) -> str:
    """A cell or JSON member as errors show it."""
    return raw if isinstance(raw, str) else json_text(raw)


def key_rules(layout: Layout, new_key_index: KeyIndexFactory) -> Iterator[KeyRule]:
    """The rules of a layout, the primary key's first."""
    position_of = {column.name: at for at, column in reversed(list(enumerate(layout.columns)))}
    unique_columns = [
        (column.name,) for column in layout.columns if column.field.constraints.unique
    ]
    keys = [("primary_key", layout.primary_key)] * bool(layout.primary_key)
    keys += [("unique", key) for key in (*unique_columns, *layout.unique_keys)]
    for code, names in keys:
        yield KeyRule(
            code=code,
            name=", ".join(map(quoted, names)),
            column=names[0] if len(names) == 1 else None,
            positions=tuple(position_of[name] for name in names),
            index=new_key_index(),
        )


def _place_in_another_file(rule: KeyRule, text: str, reasons: str) -> str | None:
    """The row that has the same key, as it was named when this record was rejected before."""
    message = message_of(rule.code, value=quoted(text), name=rule.name, first_row="")
    found = re.search(re.escape(message) + "([0-9]+)", reasons)
    return f"{found[1]} of the file before" if found else None
