"""Accepted rows written as the lines of `clean.ndjson`, many at once."""

import io
from collections.abc import Sequence
from typing import Final

import polars as pl

from adapters.tabular.fast.json_kinds import MISSING, STRING
from adapters.tabular.table import AcceptedRows
from domain.schema import FieldType

_ESCAPES: Final = {chr(code): f"\\u{code:04x}" for code in range(0x20)} | {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}
"""What JSON cannot have in a string, as the standard library escapes it."""

_AS_THEY_STAND: Final = (FieldType.INTEGER, FieldType.NUMBER, FieldType.BOOLEAN)
_TEXTS: Final = (FieldType.STRING, FieldType.ANY)
# Every expression stands for itself; looking for what they share would cost more than it saves.
_AS_WRITTEN = pl.QueryOptFlags.none()


def json_lines(rows: AcceptedRows, *, types: Sequence[FieldType], names: Sequence[str]) -> bytes:
    """An object for each of the rows; `names` are JSON strings."""
    needs_escapes = _needs_escapes(rows.texts, types)
    pieces: list[pl.Expr] = []
    for column, kind, name in zip(rows.texts.columns, types, names, strict=True):
        pieces.append(pl.lit(f"{',' if pieces else '{'}{name}:"))
        written = _json(pl.col(column), kind, has_escapes=column in needs_escapes)
        if column in rows.kinds:
            written = _any(pl.col(column), written, kinds=rows.kinds[column])
        pieces.append(written.fill_null("null"))
    pieces.append(pl.lit("}"))
    lines = _select(rows.texts, [pl.concat_str(pieces).alias("line")])
    octets = io.BytesIO()
    lines.write_csv(octets, include_header=False, quote_style="never")
    return octets.getvalue()


def _needs_escapes(texts: pl.DataFrame, types: Sequence[FieldType]) -> set[str]:
    """The columns that hold what must be escaped; most hold none of it."""
    looked_at = [name for name, kind in zip(texts.columns, types, strict=True) if kind in _TEXTS]
    found = [pl.col(name).str.contains_any(list(_ESCAPES)).any() for name in looked_at]
    row = _select(texts, found).row(0) if found else ()
    return {name for name, is_found in zip(looked_at, row, strict=True) if is_found}


def _json(text: pl.Expr, kind: FieldType, *, has_escapes: bool) -> pl.Expr:
    if kind in _AS_THEY_STAND:
        return text
    if kind is FieldType.YEAR:
        return text.cast(pl.Int32).cast(pl.String)
    if has_escapes:
        text = text.str.replace_many(_ESCAPES)
    return pl.concat_str(pl.lit('"'), text, pl.lit('"'))


def _any(text: pl.Expr, string: pl.Expr, *, kinds: pl.Series) -> pl.Expr:
    """The texts of strings as strings, and all others as they stand."""
    # Most columns have values of one kind, and need no look at each; it is the same for null.
    is_string = kinds == STRING
    if not is_string.any():
        return text
    if kinds.is_in((MISSING, STRING)).all():
        return string
    return pl.when(pl.lit(is_string)).then(string).otherwise(text)


def _select(table: pl.DataFrame, expressions: list[pl.Expr]) -> pl.DataFrame:
    query = table.lazy().select(expressions)
    return query.collect(engine="in-memory", optimizations=_AS_WRITTEN)
