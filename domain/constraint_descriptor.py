"""Reads the constraints of one field, and checks them against its type and each other."""

from collections.abc import Mapping

from domain.constraints import Constraints, comparable
from domain.patterns import InvalidPatternError, Pattern, PatternMatcher
from domain.schema import FieldType
from domain.schema_faults import Section
from domain.values.base import Misfit, Value, ValueType
from domain.values.temporal import DatetimeType, DateType, TimeType
from domain.values.text import json_text

_EVERY_TYPE = frozenset({"required", "unique", "enum"})
_LENGTHS = frozenset({"minLength", "maxLength"})
_BOUNDS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
_UNORDERED = (FieldType.STRING, FieldType.BOOLEAN, FieldType.ANY)
_DEFAULT_FORMATS: Mapping[FieldType, ValueType] = {
    FieldType.DATE: DateType(),
    FieldType.TIME: TimeType(),
    FieldType.DATETIME: DatetimeType(),
}
# Pairs of a lower and an upper bound, and whether they may be equal.
_OPPOSITES = (
    ("minLength", "maxLength", True),
    ("minimum", "maximum", True),
    ("minimum", "exclusiveMaximum", False),
    ("exclusiveMinimum", "maximum", False),
    ("exclusiveMinimum", "exclusiveMaximum", False),
)


def read_constraints(
    field: Section, field_type: FieldType, value_type: ValueType, *, patterns: PatternMatcher
) -> Constraints:
    """The field's constraints; those that its type does not have are refused by name."""
    members = field.members.get("constraints", {})
    if not isinstance(members, Mapping):
        field.fault("wrong_type", '"constraints" must be an object', "constraints")
        return Constraints()
    section = field.child("constraints", members=members)
    known = _constraints_of(field_type)
    where = f"for the type {field_type}"
    section.refuse_others(known, code="unsupported_constraint", where=where)
    types = (field_type, value_type)
    lengths = {name: section.count(name) for name in sorted(_LENGTHS & known)}
    bounds = {
        name: read_value(section, members[name], types, name)
        for name in sorted(_BOUNDS & known & set(members))
    }
    _refuse_contradictions(section, {**lengths, **bounds})
    return Constraints(
        required=section.flag("required", default=False),
        unique=section.flag("unique", default=False),
        min_length=lengths.get("minLength"),
        max_length=lengths.get("maxLength"),
        minimum=bounds.get("minimum"),
        maximum=bounds.get("maximum"),
        exclusive_minimum=bounds.get("exclusiveMinimum"),
        exclusive_maximum=bounds.get("exclusiveMaximum"),
        pattern=_read_pattern(section, patterns) if "pattern" in known else None,
        enum=_read_enum(section, types),
    )


def read_value(
    section: Section, raw: object, types: tuple[FieldType, ValueType], *path: str | int
) -> Value:
    """The typed value of a constraint or a default; None, and a fault, when it is not one of the type.

    v2 writes values as JSON has them, v1 as a cell would; a date may also stand in the default
    format whatever the field's own is.
    """
    field_type, value_type = types
    attempts = [Misfit("is no value") if raw is None else value_type.parse_json(raw)]
    if isinstance(raw, str):
        default = _DEFAULT_FORMATS.get(field_type, value_type)
        attempts += [value_type.parse_text(raw), default.parse_text(raw)]
    for attempt in attempts:
        if not isinstance(attempt, Misfit):
            return attempt
    reason = next(attempt.reason for attempt in attempts if isinstance(attempt, Misfit))
    section.fault("invalid_value", f"{json_text(raw)} {reason}", *path)
    return None


def _constraints_of(field_type: FieldType) -> frozenset[str]:
    if field_type is FieldType.STRING:
        return _EVERY_TYPE | _LENGTHS | {"pattern"}
    return _EVERY_TYPE if field_type in _UNORDERED else _EVERY_TYPE | _BOUNDS


def _read_enum(section: Section, types: tuple[FieldType, ValueType]) -> tuple[Value, ...]:
    values = section.array("enum", ())
    if section.members.get("enum") == []:
        section.fault("invalid_value", '"enum" allows no value at all', "enum")
    typed = (read_value(section, value, types, "enum", at) for at, value in enumerate(values))
    return tuple(value for value in typed if value is not None)


def _read_pattern(section: Section, patterns: PatternMatcher) -> Pattern | None:
    if "pattern" not in section.members:
        return None
    text = section.text("pattern", "")
    try:
        return Pattern(text, patterns.compile(text))
    except InvalidPatternError as error:
        section.fault("invalid_pattern", str(error), "pattern")
        return None


def _refuse_contradictions(section: Section, limits: Mapping[str, Value]) -> None:
    for lower, upper, may_be_equal in _OPPOSITES:
        low, high = comparable(limits.get(lower)), comparable(limits.get(upper))
        if low is None or high is None:
            continue
        if low > high or (low == high and not may_be_equal):
            section.fault("contradiction", f'no value is within "{lower}" and "{upper}"', lower)
