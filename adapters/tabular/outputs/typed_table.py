"""Canonical texts as the typed columns of an Arrow table."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import polars as pl
import pyarrow as pa

from adapters.tabular.outputs.times_of_day import times_of_day
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


def typed_table(
    table: pl.DataFrame, texts: Sequence[pl.Expr], *, types: Sequence[FieldType], schema: pa.Schema
) -> pa.RecordBatch:
    """The values of the texts, null where there is none; one expression for each column.

    Raises polars.exceptions.PolarsError or ValueError for a text that is not canonical for its
    type.
    """
    are_whole = _are_whole(table, texts, types)
    read = [
        _read(text, kind, is_whole=is_whole).alias(f"c{at}")
        for at, (text, kind, is_whole) in enumerate(zip(texts, types, are_whole, strict=True))
    ]
    # As they are in Polars: what is text has to be copied only once, by the cast to Arrow's.
    arrow = _select(table, read).rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
    columns = [_cast(column, of.type) for column, of in zip(arrow.columns, schema, strict=True)]
    return pa.record_batch(columns, schema=schema)


def _are_whole(
    table: pl.DataFrame, texts: Sequence[pl.Expr], types: Sequence[FieldType]
) -> list[bool]:
    """Whether the moments of a column have neither a fraction nor an offset but UTC's.

    Those take a fraction of the time to read; a column that holds no moments counts as such.
    """
    longest = [
        (text.str.len_bytes().max() <= _WHOLE_CHARACTERS[kind] + len("Z")).alias(f"c{at}")
        for at, (text, kind) in enumerate(zip(texts, types, strict=True))
        if kind in _WHOLE_CHARACTERS
    ]
    found = _select(table, longest).row(0, named=True) if longest else {}
    return [found.get(f"c{at}") is not False for at in range(len(types))]


def _read(text: pl.Expr, kind: FieldType, *, is_whole: bool) -> pl.Expr:
    """What Polars reads, and the texts that Arrow reads faster."""
    match kind:
        case FieldType.INTEGER:
            return text.cast(pl.Int64)
        case FieldType.NUMBER:
            return text.cast(pl.Float64)
        case FieldType.BOOLEAN:
            return text == "true"
        case FieldType.TIME | FieldType.DATETIME if is_whole:
            return text.str.head(_WHOLE_CHARACTERS[kind])
        case FieldType.TIME:
            return _time_of_day(text)
        case FieldType.DATETIME:
            return _instant(text)
        case FieldType.YEAR:
            return text.cast(pl.Int32)
        case _:
            return text


def _cast(column: pa.ChunkedArray, kind: pa.DataType) -> pa.Array:
    """The column in one piece, in the type that is written."""
    array = column.combine_chunks()
    if not pa.types.is_string_view(array.type):
        return array.cast(kind)
    text = array.cast(pa.string())
    if pa.types.is_time(kind):
        return times_of_day(text)
    # A moment that says no offset is read as it stands, and so as one in UTC.
    return (
        text.cast(pa.timestamp("us")).cast(kind) if pa.types.is_timestamp(kind) else text.cast(kind)
    )


def _instant(text: pl.Expr) -> pl.Expr:
    """Microseconds since 1970 in UTC; a moment without an offset counts as UTC."""
    size = _WHOLE_CHARACTERS[FieldType.DATETIME]
    whole = text.str.head(size).str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us")
    rest = text.str.slice(size)
    return whole.cast(pl.Int64) + _fraction(rest) - _offset(rest)


def _time_of_day(text: pl.Expr) -> pl.Expr:
    """Microseconds since midnight in UTC; a time without an offset counts as UTC."""
    size = _WHOLE_CHARACTERS[FieldType.TIME]
    whole = text.str.head(size).str.to_time("%H:%M:%S").cast(pl.Int64) // 1000
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
