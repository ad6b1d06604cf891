"""Columns whose every distinct value is shown to the domain, once."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple

import polars as pl

from adapters.tabular.fast.cells import cell_name
from adapters.tabular.fast.column_rule import ColumnRule, is_among
from domain.layout import Column
from domain.row_validator import violations_of
from domain.transform import Rule
from domain.values.base import Misfit

_LONGEST_REMEMBERED: Final = 100


class _Judged(NamedTuple):
    """The text of the clean rows, None for a bad value; and the rules that changed it."""

    clean: str | None
    changes: tuple[Rule, ...] = ()


class ValueRules:
    """The rules of one column, chunk by chunk: exact, and fast where values repeat.

    Between chunks it remembers at most so many values.
    """

    def __init__(self, column: Column, *, most_remembered: int) -> None:
        self._column = column
        self._name = cell_name(column.source)
        self._most_remembered = most_remembered
        self._remembered: dict[str, _Judged] = {}

    def rule(self, cells: pl.DataFrame) -> ColumnRule:
        """See ColumnRules."""
        raws = [raw or "" for raw in cells.get_column(self._name).unique().to_list()]
        judged = {raw: self._judged(raw) for raw in raws}
        cleaned = {raw: clean for raw, (clean, _) in judged.items() if clean is not None}
        empty = cleaned.get("")
        changed = {raw: clean or None for raw, clean in cleaned.items() if raw and clean != raw}
        cell = pl.col(self._name)
        text = cell.replace(list(changed), list(changed.values())) if changed else cell
        return ColumnRule(
            accepts=self._is_among(cleaned),
            text=text if not empty else pl.when(cell.is_null()).then(pl.lit(empty)).otherwise(text),
            changes=dict(self._changes(judged)),
        )

    def _changes(self, judged: Mapping[str, _Judged]) -> Iterator[tuple[Rule, pl.Expr]]:
        for rule in {rule for _, changes in judged.values() for rule in changes}:
            yield rule, self._is_among([raw for raw in judged if rule in judged[raw].changes])

    def _is_among(self, raws: Collection[str]) -> pl.Expr:
        present = [raw for raw in raws if raw]
        return is_among(pl.col(self._name), present).fill_null(value="" in raws)

    def _judged(self, raw: str) -> _Judged:
        if raw in self._remembered:
            return self._remembered[raw]
        judged = self._judged_anew(raw)
        if len(raw) <= _LONGEST_REMEMBERED:
            if len(self._remembered) >= self._most_remembered:
                self._remembered.clear()
            self._remembered[raw] = judged
        return judged

    def _judged_anew(self, raw: str) -> _Judged:
        field = self._column.field
        value = field.read_text(raw)
        if isinstance(value, Misfit) or violations_of(self._column, value):
            return _Judged(None)
        return _Judged(field.format(value), tuple(field.text_changes(raw)))
