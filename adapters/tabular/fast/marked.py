"""Values that the schema takes for missing ones, because they are written like them."""

from decimal import Decimal
from functools import reduce
from operator import or_
from typing import cast

import polars as pl

from adapters.tabular.fast.among import is_among
from domain.schema import Field, FieldType


def is_marked(field: Field, text: pl.Expr) -> pl.Expr | None:
    """True for each canonical text whose value may be such a one; None where none is.

    Whoever accepts cells leaves those to the domain.
    """
    marks = field.missing_marks
    if not marks:
        return None
    texts = {*marks.texts, *map(field.value_type.format, marks.numbers)}
    found = [is_among(text, texts)]
    if field.type is FieldType.NUMBER and marks.numbers:
        # One number has many texts; those that are equal have the same nearest float.
        floats = text.cast(pl.Float64, strict=False)
        found += [floats == float(cast(Decimal, number)) for number in marks.numbers]
    return reduce(or_, found).fill_null(value=False)
