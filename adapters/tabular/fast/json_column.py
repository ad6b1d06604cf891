"""A column as the rules see it when its values come from JSON."""

from dataclasses import replace

from domain.layout import Column
from domain.schema import FieldType
from domain.values.numbers import NumberType


def column_of_json(column: Column) -> Column:
    """The same column for texts of JSON values.

    Null alone is missing there, whatever texts stand for that in a CSV, and numbers are written
    in one way only.
    """
    field = replace(column.field, missing_values=("",))
    if field.type is FieldType.NUMBER:
        field = replace(field, value_type=NumberType())
    return replace(column, field=field)
