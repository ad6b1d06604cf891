"""How often each text of some columns occurs."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from adapters.tabular.fast.selected import select
from domain.column_tally import ColumnTally

# A column takes as long to be counted as ten texts take to be looked for.
_MOST_SOUGHT: Final = 8


def count(table: pl.DataFrame, tallies: Mapping[str, ColumnTally]) -> None:
    """Shows the texts of these columns to their tallies, which are counting."""
    known = {name: tally.known(most=_MOST_SOUGHT) for name, tally in tallies.items()}
    query = [
        (pl.col(name) == text).sum().alias(f"{name} {place}")
        for name, texts in known.items()
        for place, text in enumerate(texts)
    ]
    numbers = iter(select(table, query).row(0) if query else ())
    for name, tally in tallies.items():
        column = table.get_column(name)
        counts = {text: number for text in known[name] if (number := next(numbers))}
        if sum(counts.values()) == len(column) - column.null_count():
            tally.count(counts)
        else:
            _count_all(column, tally)


def _count_all(column: pl.Series, tally: ColumnTally) -> None:
    values, counts = column.value_counts(name="count").get_columns()
    if len(values) - values.has_nulls() > tally.most_distinct:
        tally.stop_counting()
        # Most types are ruled out by any of the values, without a look at all of them.
        tally.note(values.drop_nulls().head(1).to_list())
        return
    found = dict(zip(values.to_list(), counts.to_list(), strict=True))
    found.pop(None, None)
    tally.count(found)
