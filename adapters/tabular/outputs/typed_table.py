"""Canonical texts as the typed columns of an Arrow table."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import polars as pl
import pyarrow as pa

from domain.schema import FieldType

_ARROW_TYPES: Mapping[FieldType, pa.DataType] = MappingProxyType(
    {
        FieldType.STRING: pa.string(),
        FieldType.ANY: pa.string(),
        FieldType.INTEGER: pa.int64(),
        FieldType.NUMBER: pa.float64(),
        FieldType.BOOLEAN: pa.bool_(),
        FieldType.DATE: pa.date32(),
        FieldType.TIME: pa.time64("us"),
        FieldType.DATETIME: pa.timestamp("us", tz="UTC"),
        FieldType.YEAR: pa.int32(),
    }
)
_WHOLE_CHARACTERS: Mapping[FieldType, int] = MappingProxyType(
    {
        FieldType.TIME: len("hh:mm:ss"),
        FieldType.DATETIME: len("YYYY-MM-DDThh:mm:ss"),
    }
)
_DAY_MICROSECONDS: Final = 24 * 60 * 60 * 1_000_000
_AS_WRITTEN = pl.QueryOptFlags.none()


def arrow_schema(types: Sequence[FieldType], names: Sequence[str]) -> pa.Schema:
    """The columns of the table."""
    return pa.schema([(name, _ARROW_TYPES[kind]) for name, kind in zip(names, types, strict=True)])


def typed_table(texts: pl.DataFrame, types: Sequence[FieldType], schema: pa.Schema) -> pa.Table:
    """The values of the texts, null where there is none, in one piece each.

    Raises polars.exceptions.PolarsError for a text that is not canonical for its type.
    """
    has_rest = _has_rest(texts, types)
    typed = _select(
        texts,
        [
            _typed(pl.col(name), kind, has_rest=name in has_rest)
            for name, kind in zip(texts.columns, types, strict=True)
        ],
    ).rechunk()
    table = typed.to_arrow(compat_level=pl.CompatLevel.oldest())
    return table.rename_columns(schema.names).cast(schema)


def _has_rest(texts: pl.DataFrame, types: Sequence[FieldType]) -> set[str]:
    """The columns of times with a fraction or an offset, which take longest to read."""
    whole = {
        name: _WHOLE_CHARACTERS[kind]
        for name, kind in zip(texts.columns, types, strict=True)
        if kind in _WHOLE_CHARACTERS
    }
    if not whole:
        return set()
    longest = [(pl.col(name).str.len_bytes() > size).any() for name, size in whole.items()]
    return {name for name, is_so in _select(texts, longest).row(0, named=True).items() if is_so}


def _typed(text: pl.Expr, kind: FieldType, *, has_rest: bool) -> pl.Expr:
    match kind:
        case FieldType.INTEGER:
            return text.cast(pl.Int64)
        case FieldType.NUMBER:
            return text.cast(pl.Float64)
        case FieldType.BOOLEAN:
            return text == "true"
        case FieldType.DATE:
            return text.str.to_date("%Y-%m-%d")
        case FieldType.TIME:
            return _time_of_day(text, has_rest=has_rest)
        case FieldType.DATETIME:
            return _instant(text, has_rest=has_rest)
        case FieldType.YEAR:
            return text.cast(pl.Int32)
        case _:
            return text


def _instant(text: pl.Expr, *, has_rest: bool) -> pl.Expr:
    """Microseconds since 1970 in UTC; a moment without an offset counts as UTC."""
    size = _WHOLE_CHARACTERS[FieldType.DATETIME]
    whole = text.str.head(size).str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us")
    rest = text.str.slice(size)
    seconds = whole.cast(pl.Int64)
    return seconds + _fraction(rest) - _offset(rest) if has_rest else seconds


def _time_of_day(text: pl.Expr, *, has_rest: bool) -> pl.Expr:
    """Microseconds since midnight in UTC; a time without an offset counts as UTC."""
    size = _WHOLE_CHARACTERS[FieldType.TIME]
    whole = text.str.head(size).str.to_time("%H:%M:%S").cast(pl.Int64) // 1000
    if not has_rest:
        return whole
    rest = text.str.slice(size)
    microseconds = whole + _fraction(rest) - _offset(rest)
    return (microseconds + _DAY_MICROSECONDS) % _DAY_MICROSECONDS


def _fraction(rest: pl.Expr) -> pl.Expr:
    digits = rest.str.extract(r"^\.([0-9]+)")
    return digits.str.pad_end(6, "0").cast(pl.Int64).fill_null(0)


def _offset(rest: pl.Expr) -> pl.Expr:
    written = rest.str.extract(r"([+-][0-9]{2}:[0-9]{2})$")
    minutes = written.str.slice(1, 2).cast(pl.Int64) * 60 + written.str.slice(4, 2).cast(pl.Int64)
    signed = pl.when(written.str.starts_with("-")).then(-minutes).otherwise(minutes)
    return signed.fill_null(0) * 60_000_000


def _select(table: pl.DataFrame, expressions: list[pl.Expr]) -> pl.DataFrame:
    query = table.lazy().select(expressions)
    return query.collect(engine="in-memory", optimizations=_AS_WRITTEN)
