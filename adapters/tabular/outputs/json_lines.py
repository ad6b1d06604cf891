"""Accepted rows written as the lines of `clean.ndjson`, many at once."""

import io
from collections.abc import Sequence
from typing import Final

import polars as pl

from adapters.tabular.outputs.present_texts import present_texts
from domain.schema import Field, FieldType

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


def json_lines(texts: pl.DataFrame, *, fields: Sequence[Field], names: Sequence[str]) -> bytes:
    """An object for each row of a table of `AcceptedRows`; `names` are JSON strings."""
    needs_escapes = _needs_escapes(texts, fields)
    pieces: list[pl.Expr] = []
    for present, field, name, column in zip(
        present_texts(texts, fields), fields, names, texts.columns, strict=True
    ):
        pieces.append(pl.lit(f"{',' if pieces else '{'}{name}:"))
        pieces.append(_json(present, field.type, has_escapes=column in needs_escapes))
    pieces.append(pl.lit("}"))
    lines = _select(texts, [pl.concat_str(pieces).alias("line")])
    written = io.BytesIO()
    lines.write_csv(written, include_header=False, quote_style="never")
    return written.getvalue()


def _needs_escapes(texts: pl.DataFrame, fields: Sequence[Field]) -> set[str]:
    """The columns that hold what must be escaped; most hold none of it."""
    named = zip(texts.columns, fields, strict=True)
    looked_at = [name for name, field in named if field.type in _TEXTS]
    found = [pl.col(name).str.contains_any(list(_ESCAPES)).any() for name in looked_at]
    row = _select(texts, found).row(0) if found else ()
    return {name for name, is_found in zip(looked_at, row, strict=True) if is_found}


def _json(text: pl.Expr, kind: FieldType, *, has_escapes: bool) -> pl.Expr:
    if kind in _AS_THEY_STAND:
        return text.fill_null("null")
    if kind is FieldType.YEAR:
        return text.cast(pl.Int32).cast(pl.String).fill_null("null")
    if has_escapes:
        text = text.str.replace_many(_ESCAPES)
    return pl.concat_str(pl.lit('"'), text, pl.lit('"')).fill_null("null")


def _select(table: pl.DataFrame, expressions: list[pl.Expr]) -> pl.DataFrame:
    query = table.lazy().select(expressions)
    return query.collect(engine="in-memory", optimizations=_AS_WRITTEN)
