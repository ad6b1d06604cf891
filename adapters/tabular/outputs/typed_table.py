"""Canonical texts as the typed columns of an Arrow table."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import polars as pl
import pyarrow as pa

from adapters.tabular.outputs.text_sizes import have_size
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
    read = [
        _read(text, kind).alias(f"c{at}")
        for at, (text, kind) in enumerate(zip(texts, types, strict=True))
    ]
    columns = []
    for column, text, kind, of in zip(
        _arrow_columns(table, read), texts, types, schema, strict=True
    ):
        if kind in _WHOLE_CHARACTERS and not have_size(column, _WHOLE_CHARACTERS[kind]):
            column = _various_moments(table, text, kind)
        columns.append(_cast(column, of.type))
    return pa.record_batch(columns, schema=schema)


def _arrow_columns(table: pl.DataFrame, read: list[pl.Expr]) -> Iterator[pa.Array]:
    """The expressions as Arrow's arrays, each in one piece."""
    # As they are in Polars: what is text has to be copied only once, by the cast to Arrow's.
    arrow = _select(table, read).rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
    for column in arrow.columns:
        array = column.combine_chunks()
        yield array.cast(pa.string()) if pa.types.is_string_view(array.type) else array


def _various_moments(table: pl.DataFrame, text: pl.Expr, kind: FieldType) -> pa.Array:
    """Moments that are not all written with the same characters."""
    size = _WHOLE_CHARACTERS[kind]
    longest = _select(table, [text.str.len_bytes().max()]).item()
    if longest is None or longest <= size + len("Z"):
        # None has a fraction, nor an offset but UTC's, and those take a fraction of the time.
        read = text.str.head(size)
    else:
        read = _time_of_day(text) if kind is FieldType.TIME else _instant(text)
    (column,) = _arrow_columns(table, [read])
    return column


def _read(text: pl.Expr, kind: FieldType) -> pl.Expr:
    """What Polars reads, and the texts that Arrow reads faster."""
    match kind:
        case FieldType.INTEGER:
            return text.cast(pl.Int64)
        case FieldType.NUMBER:
            return text.cast(pl.Float64)
        case FieldType.BOOLEAN:
            return text == "true"
        case FieldType.YEAR:
            return text.cast(pl.Int32)
        case _:
            return text


def _cast(column: pa.Array, kind: pa.DataType) -> pa.Array:
    """The column in the type that is written."""
    if not pa.types.is_string(column.type):
        return column.cast(kind)
    if pa.types.is_time(kind):
        return times_of_day(column)
    # A moment that says no offset is read as it stands, and so as one in UTC.
    return column.cast(pa.timestamp("us") if pa.types.is_timestamp(kind) else kind).cast(kind)


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
