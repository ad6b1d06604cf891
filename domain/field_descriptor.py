"""Reads one field of a Table Schema descriptor."""

from collections.abc import Callable
from dataclasses import replace

from domain.constraint_descriptor import read_constraints
from domain.missing_values import read_missing_values
from domain.patterns import PatternMatcher
from domain.schema import Field, FieldType
from domain.schema_faults import Section
from domain.transform_descriptor import KEY, read_transform
from domain.values.base import ValueType
from domain.values.boolean import DEFAULT_FALSE, DEFAULT_TRUE, BooleanType
from domain.values.numbers import IntegerType, NumberType, YearType
from domain.values.temporal import (
    DEFAULT_DATE,
    DEFAULT_DATETIME,
    DEFAULT_TIME,
    DatetimeType,
    DateType,
    TimeType,
)
from domain.values.temporal_format import InvalidTemporalFormatError, TemporalFormat
from domain.values.text import STRING_FORMATS, AnyType, StringType

_DESCRIPTIVE = frozenset({"title", "description", "example", "examples", "rdfType"})
_COMMON = _DESCRIPTIVE | {"name", "type", "format", "missingValues", "constraints", KEY}
_TYPE_KEYWORDS = {
    FieldType.INTEGER: frozenset({"groupChar", "bareNumber"}),
    FieldType.NUMBER: frozenset({"decimalChar", "groupChar", "bareNumber"}),
    FieldType.BOOLEAN: frozenset({"trueValues", "falseValues"}),
}


def read_field(
    section: Section, *, patterns: PatternMatcher, missing_values: tuple[str, ...]
) -> Field:
    """The field; `missing_values` are the schema's, which the field's own replace.

    A field without a type is `any`, as in the standard.
    """
    name = _read_name(section)
    field_type = _read_type(section)
    if field_type is None:
        return Field(name=name)
    keywords = _COMMON | _TYPE_KEYWORDS.get(field_type, frozenset())
    section.refuse_others(
        keywords, code="unsupported_keyword", where=f"in a field of the type {field_type}"
    )
    value_type = _READERS[field_type](section)
    field = Field(
        name=name,
        type=field_type,
        value_type=value_type,
        constraints=read_constraints(section, field_type, value_type, patterns=patterns),
        missing_values=read_missing_values(section, default=missing_values),
    )
    return replace(field, transform=read_transform(section, field))


def _read_name(section: Section) -> str:
    if "name" not in section.members:
        section.fault("missing_keyword", 'a field must have a "name"')
        return ""
    name = section.text("name", "")
    if isinstance(section.members["name"], str) and not name.strip():
        section.fault("invalid_value", "a field's name must not be blank", "name")
    if "\x00" in name:
        section.fault("invalid_value", "a field's name must not hold a NUL", "name")
    return name


def _read_type(section: Section) -> FieldType | None:
    name = section.text("type", FieldType.ANY)
    if name in list(FieldType):
        return FieldType(name)
    section.fault("unsupported_type", f'the type "{name}" is not supported', "type")
    return None


def _read_string(section: Section) -> ValueType:
    name = section.text("format", "default")
    if name in STRING_FORMATS:
        return StringType(string_format=name)
    _refuse_format(section, name)
    return StringType()


def _read_integer(section: Section) -> ValueType:
    _read_default_format(section)
    return IntegerType(
        group_char=_read_separator(section, "groupChar"),
        bare_number=section.flag("bareNumber", default=True),
    )


def _read_number(section: Section) -> ValueType:
    _read_default_format(section)
    decimal_char = _read_separator(section, "decimalChar") or "."
    group_char = _read_separator(section, "groupChar")
    if decimal_char == group_char:
        detail = f'"{group_char}" cannot be both decimalChar and groupChar'
        section.fault("contradiction", detail, "groupChar")
    return NumberType(
        decimal_char=decimal_char,
        group_char=group_char,
        bare_number=section.flag("bareNumber", default=True),
    )


def _read_separator(section: Section, name: str) -> str | None:
    if name not in section.members:
        return None
    text = section.text(name, ",")
    if len(text) == 1 and not text.isalnum() and text not in "+-":
        return text
    detail = f'"{name}" must be one character that is no letter, digit or sign'
    section.fault("invalid_value", detail, name)
    return None


def _read_boolean(section: Section) -> ValueType:
    _read_default_format(section)
    true_values = section.texts("trueValues", DEFAULT_TRUE)
    false_values = section.texts("falseValues", DEFAULT_FALSE)
    for text in sorted(set(true_values) & set(false_values)):
        section.fault("contradiction", f'"{text}" cannot be both true and false', "falseValues")
    return BooleanType(true_values=true_values, false_values=false_values)


def _read_year(section: Section) -> ValueType:
    _read_default_format(section)
    return YearType()


def _read_any(section: Section) -> ValueType:
    _read_default_format(section)
    return AnyType()


def _read_date(section: Section) -> ValueType:
    return DateType(_read_temporal(section, DEFAULT_DATE, with_date=True))


def _read_time(section: Section) -> ValueType:
    return TimeType(_read_temporal(section, DEFAULT_TIME, with_time=True))


def _read_datetime(section: Section) -> ValueType:
    return DatetimeType(_read_temporal(section, DEFAULT_DATETIME, with_date=True, with_time=True))


def _read_temporal(
    section: Section, default: TemporalFormat, *, with_date: bool = False, with_time: bool = False
) -> TemporalFormat:
    text = section.text("format", "default")
    if text == "default":
        return default
    # Data Package before v1 wrote "fmt:%d/%m/%Y".
    if "%" not in text:
        _refuse_format(section, text)
        return default
    try:
        return TemporalFormat.parse(
            text.removeprefix("fmt:"), with_date=with_date, with_time=with_time
        )
    except InvalidTemporalFormatError as error:
        section.fault("unsupported_format", str(error), "format")
        return default


def _read_default_format(section: Section) -> None:
    name = section.text("format", "default")
    if name != "default":
        _refuse_format(section, name)


def _refuse_format(section: Section, name: str) -> None:
    section.fault("unsupported_format", f'the format "{name}" is not supported', "format")


_READERS: dict[FieldType, Callable[[Section], ValueType]] = {
    FieldType.STRING: _read_string,
    FieldType.INTEGER: _read_integer,
    FieldType.NUMBER: _read_number,
    FieldType.BOOLEAN: _read_boolean,
    FieldType.DATE: _read_date,
    FieldType.TIME: _read_time,
    FieldType.DATETIME: _read_datetime,
    FieldType.YEAR: _read_year,
    FieldType.ANY: _read_any,
}
