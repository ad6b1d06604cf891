"""Typed values and the cells that spell them, for tests of what the outputs make of both."""

from collections.abc import Sequence
from datetime import timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from domain.schema import Schema
from tests.adapters.tabular.mill import schema_of

TYPES = ("string", "integer", "number", "boolean", "date", "time", "datetime", "year", "any")
TYPED = schema_of(*({"name": kind, "type": kind} for kind in TYPES))
WITHOUT_EMPTY = schema_of(*({"name": kind, "type": kind} for kind in TYPES), missingValues=["NA"])
NEVER_MISSING = schema_of({"name": "string", "type": "string"}, missingValues=[])

_OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_ZONES = st.none() | _OFFSETS
_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from('"\\\b\f\n\r\t\x1f,/')
) | st.just("NA")
CELLS: dict[str, st.SearchStrategy[str]] = {
    "string": _TEXTS,
    "integer": st.integers(-(2**63), 2**63 - 1).map(str),
    "number": st.floats(allow_nan=False, allow_infinity=False).map(repr)
    | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40).map(
        str
    )
    | st.sampled_from(["0e5", "-0", ".5", "5.", "1E308", "5e-324", "0." + "3" * 400]),
    "boolean": st.sampled_from(["true", "false", "1", "0"]),
    "date": st.dates().map(str),
    "time": st.times(timezones=_ZONES).map(lambda value: value.isoformat()),
    "datetime": st.datetimes(timezones=_ZONES).map(lambda value: value.isoformat()),
    "year": st.integers(1, 9999).map("{:04}".format),
    "any": _TEXTS,
}
_MISSING = ""
ROWS = st.lists(
    st.tuples(*(st.just(_MISSING) | CELLS[kind] for kind in TYPES)), min_size=1, max_size=8
)


def spelt(schema: Schema, row: Sequence[str]) -> list[str]:
    """The cells with what stands for a missing value there, texts apart: those may be empty."""
    return [
        cell if cell or field.type in ("string", "any") else field.missing_values[0]
        for cell, field in zip(row, schema.fields, strict=True)
    ]


def csv_of(schema: Schema, rows: Sequence[Sequence[str]]) -> bytes:
    """Those cells in a file, all quoted."""
    names = [field.name for field in schema.fields]
    records = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    return "\r\n".join([",".join(names), *records, ""]).encode()


def values_of(schema: Schema, row: Sequence[str]) -> list[Any]:
    """What the domain reads in the cells."""
    return [field.read_text(cell) for field, cell in zip(schema.fields, row, strict=True)]
