"""What a table of texts tells the profiles of its columns."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from adapters.tabular.fast import grammars
from adapters.tabular.fast.json_kinds import KIND_NAMES, KINDS
from adapters.tabular.table import AcceptedRows
from domain.column_tally import ColumnTally
from domain.row_sample import RowSample
from domain.schema import FieldType
from domain.value_order import Order, midnight_at

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

# Every one is as long as that, and has a fraction or an offset when it is longer.
_WITHOUT_OFFSET: Final = {Order.TIME: len("00:00:00"), Order.DATETIME: len("0000-00-00T00:00:00")}
_AS_WRITTEN = pl.QueryOptFlags.none()


def joined(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """One table of the rows of all."""
    return pl.concat(tables) if len(tables) > 1 else tables[0]


def note_kinds(rows: AcceptedRows, tallies: Sequence[ColumnTally]) -> None:
    """Tells each column's tally what kinds of JSON values it has."""
    for name, tally in zip(rows.texts.columns, tallies, strict=True):
        if name in rows.kinds:
            found = np.bincount(rows.kinds[name].to_numpy(), minlength=KINDS)
            tally.note_kinds([text for kind, text in KIND_NAMES.items() if found[kind]])


def look_at(columns: Sequence[pl.Series], tallies: Sequence[ColumnTally]) -> None:
    """Shows each column to its tally; null is a missing value."""
    for texts, tally in zip(columns, tallies, strict=True):
        tally.add_nulls(texts.null_count())
        if tally.is_counting:
            _count(texts, tally)
    others = [
        (texts, tally)
        for texts, tally in zip(columns, tallies, strict=True)
        if not tally.is_counting and texts.null_count() < len(texts)
    ]
    for start in range(0, len(others), _COLUMNS_AT_ONCE):
        some = others[start : start + _COLUMNS_AT_ONCE]
        table = pl.DataFrame([texts.alias(f"{at}") for at, (texts, _) in enumerate(some)])
        by_column = [tally for _, tally in some]
        _rule_out(table, by_column)
        _note_extremes(table, by_column)


def add_to_sample(
    sample: RowSample, columns: Sequence[pl.Series], *, ordinals: Sequence[range]
) -> None:
    """Hands the sample the rows that may be in it, see `row_hash`; those are their ordinals."""
    hashes = np.concatenate([_hashes(rows) for rows in ordinals])
    chosen = np.flatnonzero(hashes <= np.uint64(sample.bound - 1))
    if len(chosen) > sample.most_rows:
        chosen = chosen[np.argpartition(hashes[chosen], sample.most_rows)[: sample.most_rows]]
    texts = [texts.gather(chosen).to_list() for texts in columns]
    sample.add(hashes[chosen].tolist(), texts)


def _hashes(ordinals: range) -> Any:
    mixed = np.arange(ordinals.start, ordinals.stop, dtype=np.uint64) * np.uint64(
        0x9E3779B97F4A7C15
    )
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _count(texts: pl.Series, tally: ColumnTally) -> None:
    values, counts = texts.value_counts(name="count").get_columns()
    if len(values) - values.has_nulls() > tally.most_distinct:
        tally.stop_counting()
        # Most types are ruled out by any of the values, without a look at all of them.
        tally.note(values.drop_nulls().head(1).to_list())
        return
    found = dict(zip(values.to_list(), counts.to_list(), strict=True))
    found.pop(None, None)
    tally.count(found)


def _rule_out(table: pl.DataFrame, tallies: Sequence[ColumnTally]) -> None:
    tried: set[tuple[int, FieldType]] = set()
    # Once more, since numbers are tried only where there are no integers.
    while pairs := set(_untried(tallies)) - tried:
        tried |= pairs
        query = {f"{at} {it}": _is_certain(at, it).all() for at, it in pairs}
        certain = _select(table, [found.alias(name) for name, found in query.items()])
        verdicts = certain.row(0, named=True)
        for at, candidate in pairs:
            if not verdicts[f"{at} {candidate}"]:
                doubtful = _select(table, [pl.col(f"{at}").filter(~_is_certain(at, candidate))])
                texts = doubtful.get_column(f"{at}").unique().to_list()
                tallies[at].rule_out(candidate, texts)


def _untried(tallies: Sequence[ColumnTally]) -> Iterator[tuple[int, FieldType]]:
    for at, tally in enumerate(tallies):
        candidates = tally.candidates
        for candidate in candidates:
            # What all are integers, all are numbers.
            if candidate is not FieldType.NUMBER or FieldType.INTEGER not in candidates:
                yield at, candidate


def _is_certain(at: int, candidate: FieldType) -> pl.Expr:
    return pl.col(f"{at}").str.contains(grammars.whole(_GRAMMARS[candidate]))


def _select(table: pl.DataFrame, query: Sequence[pl.Expr]) -> pl.DataFrame:
    return table.lazy().select(query).collect(engine="in-memory", optimizations=_AS_WRITTEN)


def _note_extremes(table: pl.DataFrame, tallies: Sequence[ColumnTally]) -> None:
    query = [it for at, tally in enumerate(tallies) for it in _asked(f"{at}", tally)]
    if not query:
        return
    found = _select(table, query)
    first = found.row(0, named=True)
    for at, tally in enumerate(tallies):
        if tally.has_lengths:
            tally.note_lengths(first[f"{at} shortest"], first[f"{at} longest"])
        for order in tally.orders:
            if order is Order.NUMBER:
                floats = found.get_column(f"{at} floats").to_numpy()
                tally.note(_extreme_numbers(table.get_column(f"{at}"), floats))
            elif order in _WITHOUT_OFFSET and first[f"{at} size"] > _WITHOUT_OFFSET[order]:
                tally.note(_extremes_of_offsets(table.get_column(f"{at}"), order))
            else:
                tally.note({first[f"{at} first"], first[f"{at} last"]})


def _asked(name: str, tally: ColumnTally) -> Iterator[pl.Expr]:
    texts, orders = pl.col(name), tally.orders
    if tally.has_lengths:
        lengths = texts.str.len_chars()
        yield lengths.min().alias(f"{name} shortest")
        yield lengths.max().alias(f"{name} longest")
    if orders - {Order.NUMBER}:
        yield texts.min().alias(f"{name} first")
        yield texts.max().alias(f"{name} last")
    if Order.NUMBER in orders:
        yield texts.cast(pl.Float64, strict=False).alias(f"{name} floats")
    if not orders.isdisjoint(_WITHOUT_OFFSET):
        yield texts.str.len_bytes().max().alias(f"{name} size")


def _extreme_numbers(texts: pl.Series, floats: Any) -> set[str]:
    # What Polars cannot read may be anything; missing values are there, too.
    chosen = np.isnan(floats)
    if not chosen.all():
        chosen |= (floats == np.nanmin(floats)) | (floats == np.nanmax(floats))
    if texts.null_count():
        chosen &= texts.is_not_null().to_numpy()
    return {texts[index] for index in np.flatnonzero(chosen).tolist()}


def _extremes_of_offsets(texts: pl.Series, order: Order) -> set[str]:
    """The extreme ones of each offset, among which moments of one day are ordered as texts."""
    text, tail = pl.col("text"), pl.col("text").str.slice(-6, 6)
    has_tail = tail.str.slice(0, 1).is_in(["+", "-"])
    offset = pl.when(text.str.ends_with("Z")).then(pl.lit("Z")).when(has_tail).then(tail)
    moments = (
        pl.DataFrame({"text": texts.drop_nulls()})
        .with_columns(offset.otherwise(pl.lit("")).alias("offset"))
        .with_columns(text.str.strip_suffix(pl.col("offset")).alias("moment"))
    )
    by_offset = (
        moments.with_columns(_is_before_midnight(moments.get_column("offset"), order))
        .group_by("offset", "is_before")
        .agg(pl.col("moment").min().alias("first"), pl.col("moment").max().alias("last"))
    )
    return {
        moment + offset for offset, _, *extremes in by_offset.iter_rows() for moment in extremes
    }


def _is_before_midnight(offsets: pl.Series, order: Order) -> pl.Expr:
    if order is not Order.TIME:
        return pl.lit(value=False).alias("is_before")
    midnights = {offset: midnight_at(offset) for offset in offsets.unique()}
    midnight = pl.col("offset").replace(list(midnights), list(midnights.values()))
    return (pl.col("moment") < midnight).alias("is_before")
