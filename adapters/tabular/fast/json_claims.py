"""Keys of JSON records that are good otherwise, claimed in the order of rows."""

from collections.abc import Iterable, Iterator
from typing import cast

import numpy as np
import polars as pl

from adapters.tabular.fast.cells import cell_name
from adapters.tabular.fast.json_cells import JsonCells
from adapters.tabular.fast.json_column import column_of_json
from adapters.tabular.fast.json_values import MISSING, STRING
from adapters.tabular.fast.key_claims import Part, encoded_parts, joined_keys, key_part
from adapters.tabular.fast.marks import Flags
from adapters.tabular.json_elements import json_value
from domain.key_index import encode_key
from domain.layout import Column, Layout
from domain.row_validator import RowValidator
from domain.schema import FieldType
from domain.values.base import Value


class JsonKeyClaims:
    """Claims through the validator; keys are encoded a chunk at a time where that is possible."""

    def __init__(self, layout: Layout, validator: RowValidator) -> None:
        self._validator = validator
        self._columns = {at: layout.columns[at] for at in validator.key_positions}
        self._parts = {at: _part_of(column) for at, column in self._columns.items()}

    def __bool__(self) -> bool:
        return bool(self._columns)

    def are_new(self, cells: JsonCells, chosen: Flags, rows: Iterable[int]) -> Iterator[bool]:
        """Claims the keys of the chosen records, each when it is asked for.

        They are good, but for their keys, and have those row numbers. Where a record's keys are
        not new, the validator has the errors when it is shown the record itself.
        """
        encoded = {at: self._encoded(at, cells, chosen) for at in self._columns}
        rules = [
            joined_keys([encoded[at] for at in positions])
            for positions in self._validator.key_rule_positions
        ]
        for row, keys in zip(rows, zip(*rules, strict=True), strict=True):
            yield self._validator.claim_encoded(keys, row=row)

    def _encoded(self, at: int, cells: JsonCells, chosen: Flags) -> list[bytes | None]:
        column, part = self._columns[at], self._parts[at]
        kinds = cells.kinds[column.source][chosen]
        table = cells.table.select(cell_name(column.source)).filter(pl.Series(chosen))
        # Of the type `any`, numbers and booleans are keys of their own.
        is_of_one_type = column.field.type is not FieldType.ANY or bool(
            np.isin(kinds, (STRING, MISSING)).all()
        )
        if part is not None and is_of_one_type:
            return encoded_parts(table, part)
        known: dict[tuple[str | None, bool], bytes | None] = {}
        return [
            _key(column, text, is_string=is_string, known=known)
            for text, is_string in zip(
                table.to_series().to_list(), (kinds == STRING).tolist(), strict=True
            )
        ]


def _part_of(column: Column) -> Part | None:
    # What the schema makes of the values, the domain must tell.
    if column.field.transform.changes_values:
        return None
    return key_part(column_of_json(column))


def _key(
    column: Column,
    text: str | None,
    *,
    is_string: bool,
    known: dict[tuple[str | None, bool], bytes | None],
) -> bytes | None:
    """The value's part of a key, made once for all that are written so; None without a value."""
    if (text, is_string) not in known:
        raw = text if is_string or text is None else json_value(text)
        value = cast(Value, column.field.read_json(raw))
        known[text, is_string] = None if value is None else encode_key((value,))
    return known[text, is_string]
