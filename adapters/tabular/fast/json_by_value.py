"""Columns of JSON values whose every distinct value is shown to the domain, once."""

from collections.abc import Callable
from typing import Final

import polars as pl

from adapters.tabular.fast.cells import cell_name
from adapters.tabular.fast.column_rule import ColumnRule
from domain.layout import Column
from domain.row_validator import violations_of
from domain.values.base import Misfit

_LONGEST_REMEMBERED: Final = 100


class JsonValueRules:
    """The rules of one column, chunk by chunk: exact, and fast where values repeat.

    `read` gives the JSON value of a cell's text, and raises ValueError where that is none.
    Between chunks at most so many values are remembered.
    """

    def __init__(
        self, column: Column, *, read: Callable[[str], object], most_remembered: int
    ) -> None:
        self._column = column
        self._name = cell_name(column.source)
        self._read = read
        self._most_remembered = most_remembered
        self._remembered: dict[str, str | None] = {}

    def rule(self, cells: pl.DataFrame) -> ColumnRule:
        """See ColumnRules."""
        raws = cells.get_column(self._name).drop_nulls().unique().to_list()
        cleaned = {raw: clean for raw in raws if (clean := self._clean(raw)) is not None}
        changed = {raw: clean for raw, clean in cleaned.items() if clean != raw}
        cell = pl.col(self._name)
        accepted = pl.Series(list(cleaned), dtype=pl.String)
        text = cell.replace(list(changed), list(changed.values())) if changed else cell
        is_good = cell.is_in(accepted.implode()).fill_null(value=not self._column.is_required)
        return ColumnRule(accepts=is_good, text=text)

    def _clean(self, raw: str) -> str | None:
        """The text of the clean rows; None for a bad value."""
        if raw in self._remembered:
            return self._remembered[raw]
        clean = self._judged(raw)
        if len(raw) <= _LONGEST_REMEMBERED:
            if len(self._remembered) >= self._most_remembered:
                self._remembered.clear()
            self._remembered[raw] = clean
        return clean

    def _judged(self, raw: str) -> str | None:
        field = self._column.field
        try:
            value = field.read_json(self._read(raw))
        except ValueError:
            return None
        if isinstance(value, Misfit) or violations_of(self._column, value):
            return None
        return field.format(value)
