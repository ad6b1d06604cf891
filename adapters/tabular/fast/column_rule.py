"""How the cells of one column are judged all at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from adapters.tabular.fast.among import is_among
from adapters.tabular.fast.marked import is_marked
from adapters.tabular.fast.transformed import (
    cased_cell,
    is_certain,
    trimmed_cell,
    was_cased,
    was_trimmed,
)
from domain.layout import Column
from domain.transform import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRule:
    """`accepts` is true for cells that are certainly good, and false or null for all others.

    `text` is that of an accepted cell's value, null for a missing one. `changes` is true for each accepted cell that was changed by a rule of the schema, or else false.
    """

    accepts: pl.Expr
    text: pl.Expr
    changes: Mapping[Rule, pl.Expr] = field(default_factory=dict)


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
    missing, default = column.field.missing_values, column.field.transform.default
    if "" not in missing:
        return None
    cell, was_missing = cased_cell(column), _is_missing(trimmed_cell(column), missing)
    is_missing, shown = was_missing, cell if text is None else text
    if column.field.transform.case is not None:
        is_missing |= is_certain(column) & _is_missing(cell, missing)
        accepts_present &= is_certain(column)
    if (marked := is_marked(column.field, shown)) is not None:
        accepts_present &= ~marked
    is_required = column.is_required and default is None
    otherwise = None if default is None else pl.lit(column.field.format(default))
    is_plain = len(missing) == 1 and default is None
    return ColumnRule(
        accepts=~is_missing & accepts_present if is_required else is_missing | accepts_present,
        text=shown if is_plain else pl.when(~is_missing).then(shown).otherwise(otherwise),
        changes=dict(_changes(column, was_missing, is_missing)),
    )


def _changes(
    column: Column, was_missing: pl.Expr, is_missing: pl.Expr
) -> Iterator[tuple[Rule, pl.Expr]]:
    transform = column.field.transform
    if transform.trim:
        yield Rule.TRIM, was_trimmed(column)
    if transform.case is not None:
        yield Rule.CASE, ~was_missing & was_cased(column)
    if transform.default is not None:
        yield Rule.DEFAULT, is_missing


def _is_missing(cell: pl.Expr, missing: Sequence[str]) -> pl.Expr:
    others = [text for text in missing if text]
    if not others:
        return cell.is_null()
    return cell.is_null() | is_among(cell, others).fill_null(value=False)
