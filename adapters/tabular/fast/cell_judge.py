"""A table of cells, judged column by column."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from adapters.tabular.fast.by_grammar import grammar_rule
from adapters.tabular.fast.by_value import ValueRules
from adapters.tabular.fast.column_rule import ColumnRules, FixedRule
from adapters.tabular.fast.marks import Flags
from domain.layout import Column, Layout
from domain.transform import Change

# Values over all columns, of at most a hundred characters: about 10 MiB.
_MOST_REMEMBERED: Final = 50_000

# Every expression stands for itself; looking for what they share would cost more than it saves.
_AS_WRITTEN = pl.QueryOptFlags.none()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedCells:
    """Which records are certainly good, and their cells as the clean rows show them.

    The texts are there for every record, and mean something for the accepted ones; null is the
    empty text. So do `changes`, which of the records each rule of the schema changed.
    """

    is_accepted: Flags
    texts: pl.DataFrame
    changes: Mapping[Change, Flags]


class CellJudge:
    """Judges the cells of one file, chunk by chunk; knows nothing of keys."""

    def __init__(self, layout: Layout) -> None:
        self._columns = layout.columns
        share = _MOST_REMEMBERED // len(layout.columns)
        self._rules = [_rules_of(column, most_remembered=share) for column in layout.columns]

    def judge(self, cells: pl.DataFrame) -> JudgedCells:
        """The verdict on whole records."""
        rules = [rules.rule(cells) for rules in self._rules]
        accepts = [rule.accepts.alias(f"accepts{at}") for at, rule in enumerate(rules)]
        texts = [rule.text.alias(f"text{at}") for at, rule in enumerate(rules)]
        changes = {
            Change(column.name, name): changes.alias(f"{name}{at}")
            for at, (column, rule) in enumerate(zip(self._columns, rules, strict=True))
            for name, changes in rule.changes.items()
        }
        judged = _select(cells, [*accepts, *texts, *changes.values()])
        is_accepted = _select(judged, [pl.all_horizontal("^accepts[0-9]+$").alias("all")])
        return JudgedCells(
            is_accepted=is_accepted.get_column("all").to_numpy(),
            texts=judged.select(f"text{at}" for at in range(len(rules))),
            changes={
                change: judged.get_column(flags.meta.output_name()).to_numpy()
                for change, flags in changes.items()
            },
        )


def _rules_of(column: Column, *, most_remembered: int) -> ColumnRules:
    fixed = grammar_rule(column)
    if fixed is None:
        return ValueRules(column, most_remembered=most_remembered)
    return FixedRule(fixed)


def _select(table: pl.DataFrame, expressions: list[pl.Expr]) -> pl.DataFrame:
    query = table.lazy().select(expressions)
    return query.collect(engine="in-memory", optimizations=_AS_WRITTEN)
