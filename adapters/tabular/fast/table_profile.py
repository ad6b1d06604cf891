"""What a table of texts tells the profiles of its columns."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

import numpy as np
import polars as pl

from adapters.tabular.fast import grammars, value_counts
from adapters.tabular.fast.json_kinds import KIND_NAMES, KINDS
from adapters.tabular.fast.selected import select
from adapters.tabular.fast.table_extremes import note_extremes
from adapters.tabular.table import AcceptedRows
from domain.column_tally import ColumnTally
from domain.schema import FieldType

# Each is narrower than what fits the type; the domain is asked about the others.
_GRAMMARS: Final = {
    FieldType.INTEGER: grammars.INTEGER,
    FieldType.NUMBER: grammars.number("."),
    FieldType.BOOLEAN: "true|false",
    FieldType.DATE: grammars.DATE,
    FieldType.DATETIME: grammars.DATETIME,
    FieldType.TIME: grammars.TIME,
}
# Polars plans a query for all columns of a wide table in much memory.
_COLUMNS_AT_ONCE: Final = 50


def joined(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """One table of the rows of all."""
    return pl.concat(tables) if len(tables) > 1 else tables[0]


def note_kinds(rows: AcceptedRows, tallies: Sequence[ColumnTally]) -> None:
    """Tells each column's tally what kinds of JSON values it has."""
    for name, tally in zip(rows.texts.columns, tallies, strict=True):
        if name in rows.kinds:
            found = np.bincount(rows.kinds[name].to_numpy(), minlength=KINDS)
            tally.note_kinds([text for kind, text in KIND_NAMES.items() if found[kind]])


def look_at(table: pl.DataFrame, tallies: Sequence[ColumnTally]) -> None:
    """Shows each column to its tally; null is a missing value."""
    named = dict(zip(table.columns, tallies, strict=True))
    nulls = {name: table.get_column(name).null_count() for name in named}
    for name, tally in named.items():
        tally.add_nulls(nulls[name])
    for some in _divided({name: tally for name, tally in named.items() if tally.is_counting}):
        value_counts.count(table, some)
    others = {
        name: tally
        for name, tally in named.items()
        if not tally.is_counting and nulls[name] < table.height
    }
    for some in _divided(others):
        _rule_out(table, some)
        note_extremes(table, some)


def _divided(named: Mapping[str, ColumnTally]) -> Iterator[Mapping[str, ColumnTally]]:
    names = iter(named)
    while some := list(islice(names, _COLUMNS_AT_ONCE)):
        yield {name: named[name] for name in some}


def _rule_out(table: pl.DataFrame, tallies: Mapping[str, ColumnTally]) -> None:
    tried: set[tuple[str, FieldType]] = set()
    # Once more, since numbers are tried only where there are no integers.
    while pairs := set(_untried(tallies)) - tried:
        tried |= pairs
        query = {f"{name} {it}": _is_certain(name, it).all() for name, it in pairs}
        certain = select(table, [found.alias(name) for name, found in query.items()])
        verdicts = certain.row(0, named=True)
        for name, candidate in pairs:
            if not verdicts[f"{name} {candidate}"]:
                doubtful = select(table, [pl.col(name).filter(~_is_certain(name, candidate))])
                texts = doubtful.get_column(name).unique().to_list()
                tallies[name].rule_out(candidate, texts)


def _untried(tallies: Mapping[str, ColumnTally]) -> Iterator[tuple[str, FieldType]]:
    for name, tally in tallies.items():
        candidates = tally.candidates
        for candidate in candidates:
            # What all are integers, all are numbers.
            if candidate is not FieldType.NUMBER or FieldType.INTEGER not in candidates:
                yield name, candidate


def _is_certain(name: str, candidate: FieldType) -> pl.Expr:
    return pl.col(name).str.contains(grammars.whole(_GRAMMARS[candidate]))
