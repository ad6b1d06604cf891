"""Canonical texts in which null is a missing value, and the empty text is one."""

from collections.abc import Sequence

import polars as pl

from domain.schema import Field


def present_texts(texts: pl.DataFrame, fields: Sequence[Field]) -> list[pl.Expr]:
    """An expression for each column of a table of `AcceptedRows`.

    Right for CSV, and as long as no value `may_look_missing`.
    """
    return [
        _present(pl.col(name), field.missing_values)
        for name, field in zip(texts.columns, fields, strict=True)
    ]


def _present(cell: pl.Expr, missing_values: tuple[str, ...]) -> pl.Expr:
    if "" in missing_values:
        # Written as the empty text, which so is no value here.
        return cell
    text = cell.fill_null("")
    return pl.when(text != missing_values[0]).then(text) if missing_values else text
