"""Accepted rows written as the records of `clean.csv`."""

import io
from collections.abc import Sequence

import polars as pl


def clean_records(texts: pl.DataFrame, *, missing: Sequence[str]) -> bytes:
    """The same bytes as `csv_record` gives for each row of a table of `AcceptedRows`.

    `missing` is what is written for a missing value, column by column.
    """
    named = zip(texts.columns, missing, strict=True)
    texts = texts.with_columns(pl.col(name).fill_null(text) for name, text in named if text)
    records = io.BytesIO()
    _quoting_where_needed(texts).write_csv(records, include_header=False, line_terminator="\r\n")
    return records.getvalue()


def _quoting_where_needed(texts: pl.DataFrame) -> pl.DataFrame:
    """The texts as Polars writes them: null as the empty text, and that in quotes."""
    if texts.width == 1:
        # A single empty cell is quoted, since an empty line would be no record at all.
        return texts.fill_null("")
    has_empty = texts.select((pl.all() == "").any()).row(0, named=True)
    return texts.with_columns(
        pl.when(pl.col(name) != "").then(pl.col(name)) for name, is_so in has_empty.items() if is_so
    )
