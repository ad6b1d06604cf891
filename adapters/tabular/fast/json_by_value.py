"""Columns of JSON values whose every distinct value is shown to the domain, once."""

from collections.abc import Callable, Collection
from typing import NamedTuple

import polars as pl

from adapters.tabular.fast.cells import cell_name
from adapters.tabular.fast.column_rule import ColumnRule
from adapters.tabular.fast.json_column import column_of_json
from adapters.tabular.fast.remembered import Remembered
from domain.layout import Column
from domain.row_validator import violations_of
from domain.transform import Rule
from domain.values.base import Misfit


class _Judged(NamedTuple):
    """The text of the clean rows, None for a bad value; and the rules that changed it."""

    clean: str | None
    changes: tuple[Rule, ...] = ()


class JsonValueRules:
    """The rules of one column, chunk by chunk: exact, and fast where values repeat.

    `read` gives the JSON value of a cell's text, and raises ValueError where that is none.
    Between chunks at most so many values are remembered.
    """

    def __init__(
        self, column: Column, *, read: Callable[[str], object], most_remembered: int
    ) -> None:
        self._column = column
        self._is_required = column_of_json(column).is_required
        self._name = cell_name(column.source)
        self._cell = pl.col(self._name)
        self._read = read
        self._judged = Remembered(self._judge, most=most_remembered)

    def rule(self, cells: pl.DataFrame) -> ColumnRule:
        """See ColumnRules; what becomes of null is not its concern."""
        raws = cells.get_column(self._name).drop_nulls().unique().to_list()
        judged = {raw: self._judged(raw) for raw in raws}
        cleaned = {raw: clean for raw, (clean, _) in judged.items() if clean is not None}
        changed = {raw: clean for raw, clean in cleaned.items() if clean != raw}
        text = self._cell
        if changed:
            text = text.replace(list(changed), list(changed.values()))
        rules = {rule for _, changes in judged.values() for rule in changes}
        return ColumnRule(
            accepts=self._is_among(cleaned).fill_null(value=not self._is_required),
            text=text,
            changes={
                rule: self._is_among(
                    [raw for raw, (_, changes) in judged.items() if rule in changes]
                ).fill_null(value=False)
                for rule in rules
            },
        )

    def _is_among(self, raws: Collection[str]) -> pl.Expr:
        return self._cell.is_in(pl.Series(list(raws), dtype=pl.String).implode())

    def _judge(self, raw: str) -> _Judged:
        field = self._column.field
        try:
            read = self._read(raw)
        except ValueError:
            return _Judged(None)
        value = field.read_json(read)
        # One that is missing by its value is for the domain alone: null is what rules expect.
        if value is None or isinstance(value, Misfit) or violations_of(self._column, value):
            return _Judged(None)
        return _Judged(field.format(value), tuple(field.json_changes(read)))
