"""Accepted rows written as the records of `clean.csv`."""

import io

import polars as pl


def clean_records(texts: pl.DataFrame) -> bytes:
    """The same bytes as `csv_record` gives for each row; null is the empty text, too."""
    if texts.width == 1:
        # A single empty cell is quoted, since an empty line would be no record at all.
        texts = texts.fill_null("")
    else:
        # And any other is not.
        texts = texts.select(
            pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in texts.columns
        )
    records = io.BytesIO()
    texts.write_csv(records, include_header=False, line_terminator="\r\n")
    return records.getvalue()
