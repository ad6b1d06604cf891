"""Keys of records that are good otherwise, claimed in the order of rows."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TypeAlias

import polars as pl

from adapters.tabular.fast.by_grammar import grammar_rule
from adapters.tabular.fast.cells import cell_name
from domain.key_index import encode_payload
from domain.layout import Column, Layout
from domain.row_validator import RowValidator
from domain.schema import FieldType

Part: TypeAlias = tuple[type, pl.Expr]


class KeyClaims:
    """Claims through the validator, with keys that are encoded a chunk at a time if possible."""

    def __init__(self, layout: Layout, validator: RowValidator) -> None:
        self._layout = layout
        self._validator = validator
        parts = {at: key_part(layout.columns[at]) for at in validator.key_positions}
        self._parts = {at: part for at, part in parts.items() if part is not None}
        self.is_encoded = len(self._parts) == len(parts)
        """True when no value of a key must be read for it."""

    def __bool__(self) -> bool:
        return bool(self._validator.key_positions)

    def are_new(self, cells: pl.DataFrame, rows: Iterable[int]) -> Iterator[bool]:
        """Claims the keys of one record after the other, each when it is asked for.

        The records are good, but for their keys, and have those row numbers. Where a record's
        keys are not new, `RowValidator.claim_keys` has the errors.
        """
        return self._by_encoded(cells, rows) if self.is_encoded else self._by_cells(cells, rows)

    def _by_encoded(self, cells: pl.DataFrame, rows: Iterable[int]) -> Iterator[bool]:
        encoded = {at: encoded_parts(cells, part) for at, part in self._parts.items()}
        rules = [
            joined_keys([encoded[at] for at in positions])
            for positions in self._validator.key_rule_positions
        ]
        for row, keys in zip(rows, zip(*rules, strict=True), strict=True):
            yield self._validator.claim_encoded(keys, row=row)

    def _by_cells(self, cells: pl.DataFrame, rows: Iterable[int]) -> Iterator[bool]:
        sources = [self._layout.columns[at].source for at in self._validator.key_positions]
        columns = [
            cells.get_column(cell_name(source)).fill_null("").to_list() for source in sources
        ]
        for row, texts in zip(rows, zip(*columns, strict=True), strict=True):
            yield not self._validator.claim_keys(texts, row=row, line=0)


def key_part(column: Column) -> Part | None:
    """The type and the payload of the column's part of a key; None when the domain must say."""
    rule = grammar_rule(column)
    if rule is None:
        return None
    match column.field.type:
        case FieldType.STRING | FieldType.ANY:
            return str, rule.text
        case FieldType.DATE:
            return date, rule.text
        case FieldType.INTEGER | FieldType.YEAR:
            return int, _canonical_whole_number(rule.text)
        case _:
            return None


def _canonical_whole_number(text: pl.Expr) -> pl.Expr:
    """What `canonical_number` gives for a whole number that is written canonically."""
    significant = text.str.strip_chars_end("0")
    zeros = (text.str.len_bytes() - significant.str.len_bytes()).cast(pl.String)
    return pl.when(text == "0").then(text).otherwise(significant + "e" + zeros)


def encoded_parts(cells: pl.DataFrame, part: Part) -> list[bytes | None]:
    value_type, payload = part
    payloads = cells.select(payload.alias("payload")).get_column("payload").to_list()
    return [
        None if text is None else encode_payload(value_type, text.encode()) for text in payloads
    ]


def joined_keys(parts: Sequence[list[bytes | None]]) -> list[bytes | None]:
    """The keys of a rule, record by record; None where a part is missing."""
    if len(parts) == 1:
        return parts[0]
    return [
        None if None in key else b"".join(filter(None, key)) for key in zip(*parts, strict=True)
    ]
