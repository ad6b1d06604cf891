"""What a table of texts tells the profiles of its columns."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from adapters.tabular.fast import grammars
from domain.column_tally import ColumnTally
from domain.row_sample import RowSample
from domain.schema import FieldType
from domain.value_order import Order

# Each is narrower than what fits the type; the domain is asked about the others.
_GRAMMARS: Final = {
    FieldType.INTEGER: grammars.INTEGER,
    FieldType.NUMBER: grammars.number("."),
    FieldType.BOOLEAN: "true|false",
    FieldType.DATE: grammars.DATE,
    FieldType.DATETIME: grammars.DATETIME,
    FieldType.TIME: grammars.TIME,
}
# Every one is as long as that, and has a fraction or an offset when it is longer.
_WITHOUT_OFFSET: Final = {Order.TIME: len("00:00:00"), Order.DATETIME: len("0000-00-00T00:00:00")}
_AS_WRITTEN = pl.QueryOptFlags.none()


def joined(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """One table of the rows of all."""
    return pl.concat(tables) if len(tables) > 1 else tables[0]


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
    for texts, tally in others:
        _rule_out(texts, tally)
    if others:
        _note_extremes(others)


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
        return
    found = dict(zip(values.to_list(), counts.to_list(), strict=True))
    found.pop(None, None)
    tally.count(found)


def _rule_out(texts: pl.Series, tally: ColumnTally) -> None:
    for candidate in tally.candidates:
        if candidate is FieldType.NUMBER and FieldType.INTEGER in tally.candidates:
            # What all are integers, all are numbers.
            continue
        certain = texts.str.contains(grammars.whole(_GRAMMARS[candidate]))
        if not certain.all():
            tally.rule_out(candidate, texts.filter(~certain).unique().to_list())


def _note_extremes(columns: Sequence[tuple[pl.Series, ColumnTally]]) -> None:
    table = pl.DataFrame([texts.alias(f"{at}") for at, (texts, _) in enumerate(columns)])
    query = [it for at, (_, tally) in enumerate(columns) for it in _asked(f"{at}", tally)]
    if not query:
        return
    found = table.lazy().select(query).collect(engine="in-memory", optimizations=_AS_WRITTEN)
    for at, (texts, tally) in enumerate(columns):
        if tally.has_lengths:
            tally.note_lengths(found.item(0, f"{at} shortest"), found.item(0, f"{at} longest"))
        for order in tally.orders:
            tally.note(_extremes(texts, order, found, name=f"{at}"))


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


def _extremes(texts: pl.Series, order: Order, found: pl.DataFrame, *, name: str) -> set[str]:
    """A few texts among which are the smallest and the largest."""
    if order is Order.NUMBER:
        return _extreme_numbers(texts, found.get_column(f"{name} floats").to_numpy())
    if order in _WITHOUT_OFFSET and found.item(0, f"{name} size") > _WITHOUT_OFFSET[order]:
        return _extremes_of_offsets(texts)
    return {found.item(0, f"{name} first"), found.item(0, f"{name} last")}


def _extreme_numbers(texts: pl.Series, floats: Any) -> set[str]:
    # What Polars cannot read may be anything; missing values are there, too.
    chosen = np.isnan(floats)
    if not chosen.all():
        chosen |= (floats == np.nanmin(floats)) | (floats == np.nanmax(floats))
    if texts.null_count():
        chosen &= texts.is_not_null().to_numpy()
    return {texts[index] for index in np.flatnonzero(chosen).tolist()}


def _extremes_of_offsets(texts: pl.Series) -> set[str]:
    """The extreme ones of each offset, among which moments are ordered as texts."""
    text, tail = pl.col("text"), pl.col("text").str.slice(-6, 6)
    has_tail = tail.str.slice(0, 1).is_in(["+", "-"])
    offset = pl.when(text.str.ends_with("Z")).then(pl.lit("Z")).when(has_tail).then(tail)
    by_offset = (
        pl.DataFrame({"text": texts.drop_nulls()})
        .with_columns(offset.otherwise(pl.lit("")).alias("offset"))
        .with_columns(text.str.strip_suffix(pl.col("offset")).alias("moment"))
        .group_by("offset")
        .agg(pl.col("moment").min().alias("first"), pl.col("moment").max().alias("last"))
    )
    return {
        moment + offset for offset, first, last in by_offset.iter_rows() for moment in (first, last)
    }
