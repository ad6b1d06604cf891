"""Which types a text that has none could have."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from domain.schema import FieldType
from domain.values.base import Misfit, ValueType
from domain.values.boolean import BooleanType
from domain.values.numbers import IntegerType, NumberType
from domain.values.temporal import DatetimeType, DateType, TimeType

NARROW_TYPES: Final[Mapping[FieldType, ValueType]] = MappingProxyType(
    {
        FieldType.INTEGER: IntegerType(),
        FieldType.NUMBER: NumberType(),
        FieldType.BOOLEAN: BooleanType(),
        FieldType.DATE: DateType(),
        FieldType.DATETIME: DatetimeType(),
        FieldType.TIME: TimeType(),
    }
)
"""The types that are narrower than a string, the narrowest first, in their default formats."""

_NUMERIC = (FieldType.INTEGER, FieldType.NUMBER)
_LEADING_ZERO = re.compile("[+-]?0[0-9]")

# Spellings that certainly fit, one a line, of which one look tells all.
_INTEGER = "(?:0|-?[1-9][0-9]{0,17})"
_NUMBER = r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,6})?"
_DATE = "[1-9][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:Z|(?=\n|\\Z))"
_CERTAIN = {
    field_type: re.compile(rf"{line}(?:\n{line})*")
    for field_type, line in (
        (FieldType.INTEGER, _INTEGER),
        (FieldType.NUMBER, _NUMBER),
        (FieldType.DATE, _DATE),
        (FieldType.DATETIME, f"{_DATE}T{_TIME}"),
        (FieldType.TIME, _TIME),
    )
}


def fits(field_type: FieldType, text: str) -> bool:
    """True when the text is a value of one of NARROW_TYPES.

    What begins with a zero too many, as `007` does, is taken for a code and no number: as one
    it would lose its zeros.
    """
    if field_type in _NUMERIC and _LEADING_ZERO.match(text):
        return False
    return not isinstance(NARROW_TYPES[field_type].parse_text(text), Misfit)


def all_fit(field_type: FieldType, texts: Sequence[str]) -> bool:
    """The same for all of the texts."""
    certain = _CERTAIN.get(field_type)
    if certain is not None and texts and fits(field_type, texts[0]):
        lines = "\n".join(texts)
        if certain.fullmatch(lines) and lines.count("\n") == len(texts) - 1:
            return True
    return all(fits(field_type, text) for text in texts)
