"""Keys of JSON records that are good otherwise, claimed in the order of rows."""

from collections.abc import Sequence
from typing import cast

import numpy as np
import polars as pl

from adapters.tabular.fast.cells import cell_name
from adapters.tabular.fast.json_cells import JsonCells
from adapters.tabular.fast.json_column import column_of_json
from adapters.tabular.fast.json_kinds import MISSING, STRING
from adapters.tabular.fast.json_values import Kinds
from adapters.tabular.fast.key_claims import Keys, key_part, keys_of
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
        self._parts = {at: _part(column) for at, column in self._columns.items()}

    def __bool__(self) -> bool:
        return bool(self._columns)

    def keys(self, cells: JsonCells, chosen: Flags) -> Keys:
        """The keys of the chosen records, which are good, but for their keys."""
        table = cells.table.filter(pl.Series(chosen))
        parts = {
            at: self._part_in(table, cells.kinds[column.source][chosen], at=at)
            for at, column in self._columns.items()
        }
        return keys_of(table, parts, self._validator.key_rule_positions)

    def claimed_before(self, keys: Keys, *, rows: Sequence[int]) -> set[int]:
        """Claims those keys; which of the records had one that was there before.

        The validator has the errors of such a record when it is shown the record itself.
        """
        return self._validator.claim_encoded(keys, rows=rows)

    def _part_in(self, table: pl.DataFrame, kinds: Kinds, *, at: int) -> pl.Expr:
        column, part = self._columns[at], self._parts[at]
        # Of the type `any`, numbers and booleans are keys of their own.
        is_of_one_type = column.field.type is not FieldType.ANY or bool(
            np.isin(kinds, (STRING, MISSING)).all()
        )
        if part is not None and is_of_one_type:
            return part
        texts = table.get_column(cell_name(column.source)).to_list()
        spelt = list(zip(texts, (kinds == STRING).tolist(), strict=True))
        encoded = {spelling: _key(column, *spelling) for spelling in set(spelt)}
        return pl.lit(pl.Series([encoded[spelling] for spelling in spelt], dtype=pl.String))


def _part(column: Column) -> pl.Expr | None:
    # What the schema makes of the values, the domain must tell.
    if column.field.transform.changes_values:
        return None
    return key_part(column_of_json(column))


def _key(column: Column, text: str | None, is_string: bool) -> str | None:
    """The value's part of a key; None without a value."""
    raw = text if is_string or text is None else json_value(text)
    value = cast(Value, column.field.read_json(raw))
    return None if value is None else encode_key((value,)).decode()
