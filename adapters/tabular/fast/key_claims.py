"""Keys of records that are good otherwise, claimed in the order of rows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias

import polars as pl

from adapters.tabular.fast.by_grammar import grammar_rule
from adapters.tabular.fast.cells import cell_name
from domain.key_index import encode_key, key_affixes
from domain.layout import Column, Layout
from domain.row_validator import RowValidator
from domain.schema import FieldType
from domain.values.base import Misfit

Keys: TypeAlias = list[list[bytes | None]]
"""For each rule the keys of all records."""


class KeyClaims:
    """Claims through the validator, with keys that are encoded a chunk at a time."""

    def __init__(self, layout: Layout, validator: RowValidator) -> None:
        self._validator = validator
        self._columns = {at: layout.columns[at] for at in validator.key_positions}
        self._parts = {at: key_part(column) for at, column in self._columns.items()}
        self.is_encoded = all(part is not None for part in self._parts.values())
        """True when no value of a key must be read for it."""

    def __bool__(self) -> bool:
        return bool(self._columns)

    def keys(self, cells: pl.DataFrame) -> Keys:
        """The keys of records that are good, but for their keys; see `claim_encoded`."""
        parts = {
            at: _by_value(cells, column) if part is None else part
            for (at, column), part in zip(self._columns.items(), self._parts.values(), strict=True)
        }
        return keys_of(cells, parts, self._validator.key_rule_positions)

    def claimed_before(self, keys: Keys, *, rows: Sequence[int]) -> set[int]:
        """Claims those keys; which of the records had one that was there before."""
        return self._validator.claim_encoded(keys, rows=rows)


def keys_of(
    cells: pl.DataFrame, parts: Mapping[int, pl.Expr], positions_of_rules: Sequence[Sequence[int]]
) -> Keys:
    """The keys of each rule, made of the parts at its positions."""
    table = cells.select(part.alias(_part_name(at)) for at, part in parts.items())
    # Where a part is null, so is the whole.
    rules = [
        pl.concat_str(_part_name(at) for at in positions).cast(pl.Binary).alias(f"rule{rule}")
        for rule, positions in enumerate(positions_of_rules)
    ]
    return [column.to_list() for column in table.select(rules)]


def key_part(column: Column) -> pl.Expr | None:
    """The column's part of a key; None when the domain must say."""
    rule = grammar_rule(column)
    if rule is None:
        return None
    match column.field.type:
        case FieldType.STRING | FieldType.ANY:
            return _encoded(str, rule.text)
        case FieldType.DATE:
            return _encoded(date, rule.text)
        case FieldType.INTEGER | FieldType.YEAR:
            return _encoded(int, _canonical_whole_number(rule.text))
        case _:
            return None


def _canonical_whole_number(text: pl.Expr) -> pl.Expr:
    """What `canonical_number` gives for a whole number that is written canonically."""
    significant = text.str.strip_chars_end("0")
    zeros = (text.str.len_bytes() - significant.str.len_bytes()).cast(pl.String)
    return pl.when(text == "0").then(text).otherwise(significant + "e" + zeros)


def _encoded(value_type: type, payload: pl.Expr) -> pl.Expr:
    """What `encode_payload` makes of the payloads."""
    before, behind = (pl.lit(affix.decode()) for affix in key_affixes(value_type))
    return pl.concat_str(before, payload.str.len_bytes().cast(pl.String), behind, payload)


def _by_value(cells: pl.DataFrame, column: Column) -> pl.Expr:
    texts = cells.get_column(cell_name(column.source)).fill_null("").to_list()
    encoded = {text: _encoded_by_domain(column, text) for text in set(texts)}
    return pl.lit(pl.Series([encoded[text] for text in texts], dtype=pl.String))


def _encoded_by_domain(column: Column, text: str) -> str | None:
    value = column.field.read_text(text)
    return None if value is None or isinstance(value, Misfit) else encode_key((value,)).decode()


def _part_name(at: int) -> str:
    return f"part{at}"
