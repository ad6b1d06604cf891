"""Cells as the rules of the schema leave them, where Polars certainly does what Python does."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from adapters.tabular.fast.cells import cell_name
from domain.layout import Column
from domain.transform import Case

CERTAIN: Final = (
    r"^[\x00-\u{17F}\u{370}-\u{3A2}\u{3A4}-\u{52F}\u{590}-\u{6FF}\u{900}-\u{E7F}"
    r"\u{1E00}-\u{214F}\u{3000}-\u{9FFF}\u{AC00}-\u{D7A3}\u{FF00}-\u{FFEF}\u{1F300}-\u{1FAFF}]*\z"
)
"""Texts of characters that any two versions of Unicode write alike in lower or upper case.

Left out is the capital sigma, which becomes one of two letters by where it stands, and scripts
to which letters are still added.
"""


def transformed(cells: pl.DataFrame, columns: Sequence[Column]) -> pl.DataFrame:
    """The cells, and beside them what the other functions here speak of.

    Each rule is applied once, however many expressions ask for what it leaves.
    """
    absent, trimmed, cased = cell_name(None), dict[str, pl.Expr](), dict[str, pl.Expr]()
    if any(column.source is None for column in columns):
        cells = cells.with_columns(pl.lit(None, pl.String).alias(absent))
    for column in columns:
        if column.field.transform.trim:
            trimmed[_trimmed_name(column)] = _trimmed(column)
        if column.field.transform.case:
            cased[_cased_name(column)] = _cased(column)
    for added in filter(None, (trimmed, cased)):
        query = cells.lazy().with_columns(**added)
        cells = query.collect(engine="in-memory", optimizations=pl.QueryOptFlags.none())
    return cells


def trimmed_cell(column: Column) -> pl.Expr:
    """The cell without white space at its ends, where that is a rule; null is the empty text."""
    return pl.col(_trimmed_name(column) if column.field.transform.trim else _name(column))


def cased_cell(column: Column) -> pl.Expr:
    """The cell as its type reads it, where that is certain; null is the empty text."""
    if column.field.transform.case is None:
        return trimmed_cell(column)
    return pl.col(_cased_name(column))


def is_certain(column: Column) -> pl.Expr:
    """True where `cased_cell` gives what the domain gives for a column with a case."""
    return trimmed_cell(column).str.contains(CERTAIN).fill_null(value=True)


def was_trimmed(column: Column) -> pl.Expr:
    """True where trimming changed the cell."""
    return pl.col(_name(column)).ne_missing(trimmed_cell(column))


def was_cased(column: Column) -> pl.Expr:
    """True where its case changed the cell."""
    return trimmed_cell(column).ne_missing(cased_cell(column))


def _trimmed(column: Column) -> pl.Expr:
    # Rust's white space is Unicode's, so that is what is trimmed when no characters are named.
    trimmed = pl.col(_name(column)).str.strip_chars()
    return pl.when(trimmed != "").then(trimmed)


def _cased(column: Column) -> pl.Expr:
    cell = trimmed_cell(column).str
    is_lower = column.field.transform.case is Case.LOWER
    return cell.to_lowercase() if is_lower else cell.to_uppercase()


def _name(column: Column) -> str:
    return cell_name(column.source)


def _trimmed_name(column: Column) -> str:
    return f"trimmed{column.source}"


def _cased_name(column: Column) -> str:
    return f"cased{column.source}"
