"""The smallest, largest, shortest and longest texts of a table's columns."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

import numpy as np
import polars as pl

from adapters.tabular.fast.selected import select
from domain.column_tally import ColumnTally
from domain.schema import FieldType
from domain.value_order import Order, midnight_at

# Every one is as long as that, and has a fraction or an offset when it is longer.
_WITHOUT_OFFSET: Final = {Order.TIME: len("00:00:00"), Order.DATETIME: len("0000-00-00T00:00:00")}


def note_extremes(table: pl.DataFrame, tallies: Mapping[str, ColumnTally]) -> None:
    """Shows them to the columns' tallies; each of the columns has a text."""
    query = [it for name, tally in tallies.items() for it in _asked(name, tally)]
    if not query:
        return
    found = select(table, query)
    first = found.row(0, named=True)
    for name, tally in tallies.items():
        if tally.has_lengths:
            tally.note_lengths(*_extremes(found.get_column(f"{name} lengths")))
        for order in tally.orders:
            if f"{name} integers" in first:
                tally.note(set(map(str, _extremes(found.get_column(f"{name} integers")))))
            elif order is Order.NUMBER:
                floats = found.get_column(f"{name} floats").to_numpy()
                tally.note(_extreme_numbers(table.get_column(name), floats))
            elif order in _WITHOUT_OFFSET and first[f"{name} size"] > _WITHOUT_OFFSET[order]:
                tally.note(_extremes_of_offsets(table.get_column(name), order))
            else:
                tally.note({first[f"{name} first"], first[f"{name} last"]})


def _asked(name: str, tally: ColumnTally) -> Iterator[pl.Expr]:
    texts, orders = pl.col(name), tally.orders
    if tally.has_lengths:
        # As a column, since Polars would measure the texts for each of the extremes.
        yield texts.str.len_chars().alias(f"{name} lengths")
    if orders - {Order.NUMBER}:
        yield texts.min().alias(f"{name} first")
        yield texts.max().alias(f"{name} last")
    if tally.field_type is FieldType.INTEGER:
        # The text of an integer is what Python writes.
        yield texts.cast(pl.Int64).alias(f"{name} integers")
    elif Order.NUMBER in orders:
        yield texts.cast(pl.Float64, strict=False).alias(f"{name} floats")
    if not orders.isdisjoint(_WITHOUT_OFFSET):
        yield texts.str.len_bytes().max().alias(f"{name} size")


def _extremes(numbers: pl.Series) -> tuple[int, int]:
    return cast(int, numbers.min()), cast(int, numbers.max())


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
