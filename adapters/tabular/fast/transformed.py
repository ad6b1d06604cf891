"""Cells as the rules of the schema leave them, where Polars certainly does what Python does."""

from typing import Final

import polars as pl

from adapters.tabular.fast.cells import cell_name
from domain.layout import Column
from domain.transform import WHITE_SPACE, Case

CERTAIN: Final = (
    r"^[\x00-\u{17F}\u{370}-\u{3A2}\u{3A4}-\u{52F}\u{590}-\u{6FF}\u{900}-\u{E7F}"
    r"\u{1E00}-\u{214F}\u{3000}-\u{9FFF}\u{AC00}-\u{D7A3}\u{FF00}-\u{FFEF}\u{1F300}-\u{1FAFF}]*\z"
)
"""Texts of characters that any two versions of Unicode write alike in lower or upper case.

Left out is the capital sigma, which becomes one of two letters by where it stands, and scripts
to which letters are still added.
"""


def trimmed_cell(column: Column) -> pl.Expr:
    """The cell as missing values are compared with it; null is the empty text."""
    cell = pl.col(cell_name(column.source))
    if not column.field.transform.trim:
        return cell
    trimmed = cell.str.strip_chars(WHITE_SPACE)
    return pl.when(trimmed != "").then(trimmed)


def was_trimmed(column: Column) -> pl.Expr:
    """True where trimming changes the cell."""
    cell = pl.col(cell_name(column.source))
    return (cell.str.strip_chars(WHITE_SPACE) != cell).fill_null(value=False)


def cased_cell(column: Column) -> pl.Expr:
    """The cell as its type reads it, where that is certain; null is the empty text."""
    cell = trimmed_cell(column)
    match column.field.transform.case:
        case Case.LOWER:
            return cell.str.to_lowercase()
        case Case.UPPER:
            return cell.str.to_uppercase()
        case None:
            return cell


def is_certain(column: Column) -> pl.Expr:
    """True where `cased_cell` gives what the domain gives for a column with a case."""
    return trimmed_cell(column).str.contains(CERTAIN)
