"""How the cells of one column are judged all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from adapters.tabular.fast.cells import cell_name
from domain.layout import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRule:
    """`accepts` is true, or else false, for each cell; never true for a bad one.

    `text` is what the clean rows show for an accepted cell, null for the empty text.
    """

    accepts: pl.Expr
    text: pl.Expr


class ColumnRules(Protocol):
    """Where the rule of one column comes from."""

    def rule(self, cells: pl.DataFrame) -> ColumnRule:
        """The rule for the cells of one chunk."""


@dataclass(frozen=True, slots=True)
class FixedRule:
    """One rule for all chunks."""

    always: ColumnRule

    def rule(self, cells: pl.DataFrame) -> ColumnRule:
        return self.always


def rule_of(
    column: Column, accepts_present: pl.Expr, *, text: pl.Expr | None = None
) -> ColumnRule | None:
    """The rule for a column of which present cells are judged by `accepts_present`.

    None when an empty cell is a value here: no grammar is made for that.
    """
    missing = column.field.missing_values
    if "" not in missing:
        return None
    cell = pl.col(cell_name(column.source))
    is_missing, shown = _is_missing(cell, missing), cell if text is None else text
    present = accepts_present.fill_null(value=False)
    return ColumnRule(
        accepts=~is_missing & present if column.is_required else is_missing | present,
        text=shown if len(missing) == 1 else pl.when(~is_missing).then(shown),
    )


def _is_missing(cell: pl.Expr, missing: Sequence[str]) -> pl.Expr:
    others = [text for text in missing if text]
    return cell.is_null() | cell.is_in(others).fill_null(value=False) if others else cell.is_null()
