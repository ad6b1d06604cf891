"""A column as the rules see it when its values come from JSON."""

from dataclasses import replace

from domain.layout import Column
from domain.schema import FieldType
from domain.transform import Transform
from domain.values.numbers import NumberType


def column_of_json(column: Column) -> Column:
    """The same column for texts of JSON values, before the schema's transformations.

    Null alone is certainly missing there, whatever texts stand for that in a CSV: see
    `is_marked`. Numbers are written in one way only. Where a missing value has a default, it is never required.
    """
    transform = column.field.transform
    field = replace(column.field, missing_values=("",), transform=Transform())
    if field.type is FieldType.NUMBER:
        field = replace(field, value_type=NumberType())
    is_required = column.is_required and transform.default is None
    return replace(column, field=field, is_required=is_required)


def rewrites_strings(column: Column) -> bool:
    """True when the schema trims the column's strings, or writes their letters otherwise."""
    transform = column.field.transform
    return transform.trim or transform.case is not None
