"""A table of cells, judged column by column."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final, NamedTuple

import polars as pl

from adapters.tabular.fast.by_grammar import grammar_rule
from adapters.tabular.fast.by_value import ValueRules
from adapters.tabular.fast.cells import cell_name, text_name
from adapters.tabular.fast.column_rule import ColumnRules, FixedRule
from adapters.tabular.fast.marks import Flags
from adapters.tabular.fast.transformed import transformed
from domain.layout import Column, Layout
from domain.transform import Change

# Values over all columns, of at most a hundred characters: about 10 MiB.
_MOST_REMEMBERED: Final = 50_000

# Every expression stands for itself; looking for what they share would cost more than it saves.
_AS_WRITTEN = pl.QueryOptFlags.none()
_ALL: Final = "all"


class JudgedCells:
    """Which records are certainly good, and their cells as the clean rows show them.

    `changes` names, for each rule of the schema that changes values, the column of `table` that
    tells which of the accepted records it changed. The first `width` columns of the table are
    the cells as submitted.
    """

    def __init__(
        self, table: pl.DataFrame, *, width: int, columns: int, changes: Mapping[Change, str]
    ) -> None:
        self.table = table
        """The cells as submitted and as the rules of the schema leave them, and the verdicts."""
        self._cells = [cell_name(source) for source in range(width)]
        self._accepts = [_accepts_name(at) for at in range(columns)]
        self._texts = [text_name(at) for at in range(columns)]
        self.is_accepted: Flags = table.get_column(_ALL).to_numpy()
        self.changes: Mapping[Change, Flags] = {
            change: table.get_column(name).to_numpy() for change, name in changes.items()
        }

    @property
    def cells(self) -> pl.DataFrame:
        """Those of every record as submitted; null is the empty text."""
        return self.table.select(self._cells)

    @property
    def texts(self) -> pl.DataFrame:
        """Of every record, though they mean something for the accepted ones alone.

        Null is a missing value.
        """
        return self.table.select(self._texts)

    def doubtful(self) -> "Iterator[DoubtfulRecord]":
        """Those that are not accepted, in their order."""
        if self.is_accepted.all():
            return
        # Column by column: a query for a few of so many rows costs more than it does.
        chosen = pl.Series(~self.is_accepted)
        cells = [_texts(self.table.get_column(name).filter(chosen)) for name in self._cells]
        accepts = [self.table.get_column(name).filter(chosen) for name in self._accepts]
        # In most columns no cell is in doubt.
        verdicts = [(at, it.to_list()) for at, it in enumerate(accepts) if it.sum() < len(it)]
        for index, record in enumerate(zip(*cells, strict=True)):
            doubts = [at for at, accepted in verdicts if not accepted[index]]
            yield DoubtfulRecord(index, record, doubts)

    def texts_of(self, record: "DoubtfulRecord") -> tuple[str | None, ...]:
        """Those of the clean rows, as far as the columns are not in doubt.

        None is a missing value.
        """
        return self._doubtful_texts[record.at]

    @cached_property
    def _doubtful_texts(self) -> list[tuple[str | None, ...]]:
        # Most records in doubt are bad, and nobody asks for the texts of those.
        return self.texts.filter(~self.is_accepted).rows()


class DoubtfulRecord(NamedTuple):
    """A record's cells as submitted, and the columns of the layout that were not accepted."""

    at: int
    cells: tuple[str, ...]
    doubts: list[int]


class CellJudge:
    """Judges the cells of one file, chunk by chunk; knows nothing of keys."""

    def __init__(self, layout: Layout) -> None:
        self._columns = layout.columns
        share = _MOST_REMEMBERED // len(layout.columns)
        self._rules = [_rules_of(column, most_remembered=share) for column in layout.columns]

    def judge(self, cells: pl.DataFrame) -> JudgedCells:
        """The verdict on whole records."""
        width = cells.width
        cells = transformed(cells, self._columns)
        rules = [rules.rule(cells) for rules in self._rules]
        accepts = [rule.accepts.alias(_accepts_name(at)) for at, rule in enumerate(rules)]
        texts = [rule.text.alias(text_name(at)) for at, rule in enumerate(rules)]
        changes = {
            Change(column.name, name): flags.alias(f"{name}{at}")
            for at, (column, rule) in enumerate(zip(self._columns, rules, strict=True))
            for name, flags in rule.changes.items()
        }
        accepts_all = pl.all_horizontal(_accepts_name(at) for at in range(len(rules)))
        query = cells.lazy().with_columns(*accepts, *texts, *changes.values())
        return JudgedCells(
            query.with_columns(accepts_all.fill_null(value=False).alias(_ALL)).collect(
                engine="in-memory", optimizations=_AS_WRITTEN
            ),
            width=width,
            columns=len(rules),
            changes={change: flags.meta.output_name() for change, flags in changes.items()},
        )


def _texts(cells: pl.Series) -> list[str]:
    """What is in the cells, of which null is the empty text."""
    texts = cells.to_list()
    return [text or "" for text in texts] if cells.null_count() else texts


def _rules_of(column: Column, *, most_remembered: int) -> ColumnRules:
    fixed = grammar_rule(column)
    if fixed is None:
        return ValueRules(column, most_remembered=most_remembered)
    return FixedRule(fixed)


def _accepts_name(at: int) -> str:
    return f"accepts{at}"
