"""Columns whose every distinct value is shown to the domain, once."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

import polars as pl

from adapters.tabular.fast.among import is_among
from adapters.tabular.fast.cells import cell_name
from adapters.tabular.fast.column_rule import ColumnRule
from adapters.tabular.fast.remembered import Remembered
from domain.layout import Column
from domain.row_validator import violations_of
from domain.transform import Rule
from domain.values.base import Misfit


class _Judged(NamedTuple):
    """The text of a good value, None for a missing one; and the rules that changed it."""

    text: str | None
    changes: tuple[Rule, ...]


class ValueRules:
    """The rules of one column, chunk by chunk: exact, and fast where values repeat.

    Between chunks it remembers at most so many values.
    """

    def __init__(self, column: Column, *, most_remembered: int) -> None:
        self._column = column
        self._name = cell_name(column.source)
        self._judged = Remembered(self._judge, most=most_remembered)

    def rule(self, cells: pl.DataFrame) -> ColumnRule:
        """See ColumnRules."""
        raws = [raw or "" for raw in cells.get_column(self._name).unique().to_list()]
        good = {raw: judged for raw in raws if (judged := self._judged(raw)) is not None}
        changed = {raw: text for raw, (text, _) in good.items() if raw and text != raw}
        empty = good[""].text if "" in good else None
        text = pl.col(self._name)
        if changed:
            text = text.replace(list(changed), pl.Series([*changed.values()], dtype=pl.String))
        if empty is not None:
            text = pl.when(pl.col(self._name).is_null()).then(pl.lit(empty)).otherwise(text)
        return ColumnRule(
            accepts=self._is_among(good), text=text, changes=dict(self._changes(good))
        )

    def _changes(self, good: Mapping[str, _Judged]) -> Iterator[tuple[Rule, pl.Expr]]:
        for rule in {rule for _, changes in good.values() for rule in changes}:
            yield rule, self._is_among([raw for raw in good if rule in good[raw].changes])

    def _is_among(self, raws: Collection[str]) -> pl.Expr:
        present = [raw for raw in raws if raw]
        return is_among(pl.col(self._name), present).fill_null(value="" in raws)

    def _judge(self, raw: str) -> _Judged | None:
        field = self._column.field
        value = field.read_text(raw)
        if isinstance(value, Misfit) or violations_of(self._column, value):
            return None
        text = None if value is None else field.format(value)
        return _Judged(text, tuple(field.text_changes(raw)))
