"""Expressions over a table, worked out as they are written."""

from collections.abc import Iterable

import polars as pl

# Looking for what they share would cost more than it saves.
_AS_WRITTEN = pl.QueryOptFlags.none()


def select(table: pl.DataFrame, expressions: Iterable[pl.Expr]) -> pl.DataFrame:
    """A column for each of the expressions."""
    query = table.lazy().select(list(expressions))
    return query.collect(engine="in-memory", optimizations=_AS_WRITTEN)
