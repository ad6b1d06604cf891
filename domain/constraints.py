"""What a field demands of its values beyond their type."""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, NamedTuple

from domain.counted import are, counted
from domain.key_index import encode_key
from domain.patterns import Pattern
from domain.row_error import unquoted
from domain.values.base import Value, ValueType
from domain.values.temporal import instant_microseconds, time_microseconds

_MOST_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """The constraints of one field, typed; None and empty mean there is none.

    Lengths count Unicode code points. Bounds are values of the field's type.
    """

    required: bool = False
    unique: bool = False
    min_length: int | None = None
    max_length: int | None = None
    minimum: Value = None
    maximum: Value = None
    exclusive_minimum: Value = None
    exclusive_maximum: Value = None
    pattern: Pattern | None = None
    enum: tuple[Value, ...] = ()


class Violation(NamedTuple):
    """A constraint that does not hold: its code, and the facts of its message."""

    code: str
    facts: Mapping[str, object]


Check = Callable[[Any], Violation | None]


def checks_of(constraints: Constraints, value_type: ValueType) -> tuple[Check, ...]:
    """One check for each constraint on a single, present value; the others need a record."""
    return tuple(
        check
        for checks in (
            _length_checks(constraints),
            _bound_checks(constraints, value_type),
            _pattern_checks(constraints),
            _enum_checks(constraints, value_type),
        )
        for check in checks
    )


def comparable(value: Value) -> Any:
    """What values of one type are ordered by; times without an offset count as UTC."""
    if isinstance(value, datetime):
        return instant_microseconds(value)
    return time_microseconds(value) if isinstance(value, time) else value


def _length_checks(constraints: Constraints) -> Iterator[Check]:
    lengths = (
        ("min_length", constraints.min_length, operator.ge),
        ("max_length", constraints.max_length, operator.le),
    )
    for code, bound, holds in lengths:
        if bound is not None:
            yield _length_check(code, bound, holds)


def _length_check(code: str, bound: int, holds: Callable[[int, int], bool]) -> Check:
    def check(value: str) -> Violation | None:
        if holds(len(value), bound):
            return None
        return Violation(code, {"length": counted(len(value), "character"), "bound": are(bound)})

    return check


def _bound_checks(constraints: Constraints, value_type: ValueType) -> Iterator[Check]:
    bounds = (
        ("minimum", constraints.minimum, operator.ge),
        ("maximum", constraints.maximum, operator.le),
        ("exclusive_minimum", constraints.exclusive_minimum, operator.gt),
        ("exclusive_maximum", constraints.exclusive_maximum, operator.lt),
    )
    for code, bound, holds in bounds:
        if bound is not None:
            violation = Violation(code, {"bound": unquoted(value_type.format(bound))})
            yield _bound_check(violation, bound, holds)


def _bound_check(violation: Violation, bound: Value, holds: Callable[[Any, Any], bool]) -> Check:
    place = comparable(bound)
    if place is bound:
        return lambda value: None if holds(value, bound) else violation
    return lambda value: None if holds(comparable(value), place) else violation


def _pattern_checks(constraints: Constraints) -> Iterator[Check]:
    pattern = constraints.pattern
    if pattern is not None:
        violation = Violation("pattern", {"pattern": unquoted(pattern.text)})
        matches = pattern.compiled.fullmatch
        yield lambda value: None if matches(value) else violation


def _enum_checks(constraints: Constraints, value_type: ValueType) -> Iterator[Check]:
    if constraints.enum:
        # Keys, not values: to Python, true is 1.
        allowed = frozenset(encode_key((value,)) for value in constraints.enum)
        shown = [unquoted(value_type.format(value)) for value in constraints.enum[:_MOST_SHOWN]]
        more = ["…"] if len(constraints.enum) > _MOST_SHOWN else []
        violation = Violation("enum", {"allowed": ", ".join(shown + more)})
        texts = frozenset(value for value in constraints.enum if isinstance(value, str))

        def check(value: Value) -> Violation | None:
            # A text equals nothing but a text, and that takes a tenth of the time to see.
            is_there = value in texts if isinstance(value, str) else encode_key((value,)) in allowed
            return None if is_there else violation

        yield check
