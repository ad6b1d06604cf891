"""Each constraint that a value breaks is told by its code, in words."""

from typing import Any

import pytest

from domain.row_error import RowError
from tests.domain.schemas import check_objects, check_rows, codes, only_error, schema_of


def judge(text: str, field_type: str, **constraints: Any) -> RowError:
    """The one error of a cell under these constraints."""
    field = {"name": "x", "type": field_type, "constraints": constraints}
    (row,) = check_rows(schema_of(field, "other"), ["x", "other"], [text, ""])
    return only_error(row)


@pytest.mark.parametrize(
    ("text", "field_type", "constraints", "code", "message"),
    [
        ("", "string", {"required": True}, "required", "there must be a value"),
        ("ab", "string", {"minLength": 3}, "min_length",
         '"ab" has 2 characters, at least 3 are required'),
        ("\u00e9\U0001f600c", "string", {"maxLength": 2}, "max_length",
         '"\u00e9\U0001f600c" has 3 characters, at most 2 are allowed'),
        ("1", "integer", {"minimum": 2}, "minimum", '"1" is less than 2'),
        ("3.01", "number", {"maximum": 3}, "maximum", '"3.01" is more than 3'),
        ("2", "integer", {"exclusiveMinimum": 2}, "exclusive_minimum", '"2" is not more than 2'),
        ("2.0", "number", {"exclusiveMaximum": 2}, "exclusive_maximum",
         '"2.0" is not less than 2'),
        ("ab1", "string", {"pattern": "[a-z]+"}, "pattern", '"ab1" does not match [a-z]+'),
        ("ab\n", "string", {"pattern": "[a-z]+"}, "pattern", '"ab\\n" does not match [a-z]+'),
        ("pink", "string", {"enum": ["red", "blue"]}, "enum", '"pink" is not one of red, blue'),
        ("2024-01-05", "date", {"minimum": "2024-02-01"}, "minimum",
         '"2024-01-05" is less than 2024-02-01'),
        ("11:00:00+02:00", "time", {"minimum": "10:00:00Z"}, "minimum",
         '"11:00:00+02:00" is less than 10:00:00Z'),
        ("23:30:00-01:00", "time", {"minimum": "01:00:00"}, "minimum",
         '"23:30:00-01:00" is less than 01:00:00'),
        ("2024-01-01T00:00:00Z", "datetime", {"maximum": "2024-01-01T00:30:00+01:00"}, "maximum",
         '"2024-01-01T00:00:00Z" is more than 2024-01-01T00:30:00+01:00'),
        ("1999", "year", {"minimum": 2000}, "minimum", '"1999" is less than 2000'),
        ("true", "boolean", {"enum": [False]}, "enum", '"true" is not one of false'),
    ],
)  # fmt: skip
def test_each_constraint_has_its_code_and_message(
    text: str, field_type: str, constraints: dict[str, Any], code: str, message: str
) -> None:
    error = judge(text, field_type, **constraints)

    assert (error.code, error.message) == (code, message)


@pytest.mark.parametrize(
    ("text", "field_type", "constraints"),
    [
        ("", "string", {"minLength": 3, "pattern": "a", "enum": ["b"]}),
        ("", "integer", {"minimum": 3, "unique": True}),
        ("abc", "string", {"minLength": 3, "maxLength": 3, "pattern": "[a-c]+"}),
        ("2", "integer", {"minimum": 2, "maximum": 2}),
        ("23:30:00-01:00", "time", {"maximum": "01:00:00"}),
        ("1.0", "number", {"enum": [1]}),
        ("1", "any", {"enum": ["1"]}),
        ("2024-01-01T01:00:00+01:00", "datetime", {"enum": ["2024-01-01T00:00:00"]}),
    ],
)
def test_a_missing_value_or_one_within_its_bounds_is_accepted(
    text: str, field_type: str, constraints: dict[str, Any]
) -> None:
    field = {"name": "x", "type": field_type, "constraints": constraints}

    (row,) = check_rows(schema_of(field, "other"), ["x", "other"], [text, ""])

    assert row.is_accepted


def test_all_constraints_that_a_value_breaks_are_named() -> None:
    constraints = {"maxLength": 2, "pattern": "[a-z]*", "enum": ["a"]}
    schema = schema_of({"name": "x", "type": "string", "constraints": constraints})

    (row,) = check_rows(schema, ["x"], ["ABC"])

    assert codes(row) == [("x", "max_length"), ("x", "pattern"), ("x", "enum")]


@pytest.mark.parametrize(("count", "end"), [(10, "8, 9"), (11, "9, …")])
def test_a_long_list_of_allowed_values_is_cut_in_the_message(count: int, end: str) -> None:
    error = judge("99", "integer", enum=list(range(count)))

    assert error.message.endswith(end)


@pytest.mark.parametrize(
    ("text", "field_type", "constraints", "message"),
    [
        ("b", "string", {"pattern": "a" * 101}, '"b" does not match ' + "a" * 100 + "…"),
        ("b", "string", {"pattern": "a\\n" + "\n"}, '"b" does not match a\\n\\n'),
        ("b", "string", {"enum": ["a" * 101, "c"]}, f'"b" is not one of {"a" * 100}…, c'),
        ("b", "string", {"enum": ["a\x1b"]}, '"b" is not one of a\\x1b'),
        ("1", "number", {"minimum": "9" * 101}, f'"1" is less than {"9" * 100}…'),
        ("b", "boolean", {"trueValues": ["a" * 101]},
         f'"b" is not one of {"a" * 100}…, false, False, FALSE, 0'),
        ("b", "date", {"format": "%Y%m%d" + "a" * 101},
         f'"b" is not a date written %Y%m%d{"a" * 94}…'),
    ],
)  # fmt: skip
def test_what_a_schema_says_is_shown_as_values_are_cut_and_on_one_line(
    text: str, field_type: str, constraints: dict[str, Any], message: str
) -> None:
    words: dict[str, Any] = {
        name: constraints.pop(name) for name in ("trueValues", "format") if name in constraints
    }
    field = {"name": "x", "type": field_type, "constraints": constraints, **words}

    (row,) = check_rows(schema_of(field, "other"), ["x", "other"], [text, ""])

    assert only_error(row).message == message


def test_true_is_not_one_of_the_numbers_that_are_allowed() -> None:
    schema = schema_of({"name": "x", "type": "any", "constraints": {"enum": [1]}})

    one, decimal, true, text = check_objects(schema, {"x": 1}, {"x": 1.0}, {"x": True}, {"x": "1"})

    assert one.is_accepted
    assert decimal.is_accepted
    assert only_error(true).code == "enum"
    assert only_error(text).code == "enum"


def test_one_is_told_in_the_singular() -> None:
    (row,) = check_rows(schema_of("a"), ["a"], ["1", "2"])

    assert only_error(row).message == "the record has 2 cells, 1 is expected"
    assert judge("a", "string", minLength=2).message == (
        '"a" has 1 character, at least 2 are required'
    )
    assert judge("ab", "string", maxLength=1).message == (
        '"ab" has 2 characters, at most 1 is allowed'
    )
