"""Which texts are numbers, and which number each of them is."""

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.values.base import Misfit
from tests.domain.schemas import cell, field_of, member

NEARLY_NUMBERS = st.text("0123456789+-.eE_, １²x", max_size=8)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-0", 0),
        ("+7", 7),
        ("007", 7),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        pytest.param("0" * 5000 + "1", 1, id="5000 zeros"),
    ],
)
def test_an_integer_is_digits_and_perhaps_a_sign(text: str, value: int) -> None:
    assert cell(text, "integer") == value


@pytest.mark.parametrize(
    "text",
    ["1_000", "１２３", " 1", "1 ", "1.0", "1e3", "0x1F", "--1", "+", "1,000", "²", "1\n", "true"],
)
def test_nothing_else_is_an_integer(text: str) -> None:
    assert cell(text, "integer") == Misfit("is not an integer")


@pytest.mark.parametrize("text", ["9223372036854775808", "-9223372036854775809", "9" * 5_000])
def test_an_integer_beyond_64_bits_is_an_error_and_never_a_float(text: str) -> None:
    assert cell(text, "integer") == Misfit("is beyond the range of a 64-bit integer")


@given(NEARLY_NUMBERS | st.integers().map(str))
@example("9" * 19)
def test_exactly_ascii_integers_within_64_bits_are_accepted(text: str) -> None:
    is_integer = re.fullmatch("[+-]?[0-9]+", text) and -(2**63) <= int(text) < 2**63

    value = cell(text, "integer", missingValues=[])

    assert value == int(text) if is_integer else isinstance(value, Misfit)


@pytest.mark.parametrize(
    ("value", "integer"),
    [
        (3, 3),
        (1.0, 1),
        (Decimal("1.0"), 1),
        (Decimal("1e3"), 1000),
        (-0.0, 0),
        (2**63 - 1, 2**63 - 1),
    ],
)
def test_a_whole_json_number_is_an_integer(value: object, integer: int) -> None:
    read = member(value, "integer")

    assert (read, type(read)) == (integer, int)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("1", "is a string, not an integer"),
        (True, "is a boolean, not an integer"),
        ([1], "is an array, not an integer"),
        ({}, "is an object, not an integer"),
        (1.5, "is not an integer"),
        (Decimal("1.5"), "is not an integer"),
        (float("nan"), "is not an integer"),
        (Decimal("NaN"), "is not an integer"),
        (2**63, "is beyond the range of a 64-bit integer"),
        (10**400, "is beyond the range of a 64-bit integer"),
        (Decimal("1e999999999"), "is beyond the range of a 64-bit integer"),
    ],
)
def test_what_is_no_integer_in_json_is_told_apart(value: object, reason: str) -> None:
    assert member(value, "integer") == Misfit(reason)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.50", "12.50"),
        ("+1", "1"),
        ("-.5", "-0.5"),
        ("1.", "1"),
        ("1e3", "1E+3"),
        ("1E-3", "0.001"),
        ("0.1", "0.1"),
        ("0e999999999999999999999", "0"),
        ("1.7976931348623157e308", "1.7976931348623157E+308"),
    ],
)
def test_a_number_keeps_the_digits_it_was_written_with(text: str, value: str) -> None:
    read = cell(text, "number")

    assert isinstance(read, Decimal)
    assert str(read) == value


@pytest.mark.parametrize(
    "text",
    ["12,5", "NaN", "nan", "INF", "-inf", "Infinity", "1_0.0", "1.2.3", ".", "e5", "1e", "1 "],
)
def test_nothing_else_is_a_number(text: str) -> None:
    assert cell(text, "number") == Misfit("is not a decimal number")


@pytest.mark.parametrize("text", ["1e400", "-1e400", "1e-400", "9" * 400, "1e99999999999999999999"])
def test_a_number_that_no_float_could_hold_is_an_error(text: str) -> None:
    assert cell(text, "number") == Misfit("is beyond the range of a 64-bit float")


@given(NEARLY_NUMBERS | st.floats(allow_nan=False, allow_infinity=False).map(repr))
def test_exactly_ascii_decimals_are_numbers(text: str) -> None:
    is_number = re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text)

    value = cell(text, "number", missingValues=[])

    # What a float cannot hold is another test's business.
    if is_number and 1e-300 < abs(float(text)) < 1e300:
        assert value == Decimal(text)
    elif not is_number:
        assert value == Misfit("is not a decimal number")


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, "1"), (1.5, "1.5"), (0.1, "0.1"), (Decimal("1.50"), "1.50"), (-0.0, "-0.0")],
)
def test_a_json_number_is_a_number(value: object, number: str) -> None:
    assert str(member(value, "number")) == number


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("1.5", "is a string, not a number"),
        (False, "is a boolean, not a number"),
        (float("inf"), "is not a decimal number"),
        (10**400, "is beyond the range of a 64-bit float"),
        (Decimal("1e400"), "is beyond the range of a 64-bit float"),
        (Decimal("1e-999999"), "is beyond the range of a 64-bit float"),
        pytest.param(10**5000, "is beyond the range of a 64-bit float", id="5001 digits"),
    ],
)
def test_what_is_no_number_in_json_is_told_apart(value: object, reason: str) -> None:
    assert member(value, "number") == Misfit(reason)


@pytest.mark.parametrize(
    ("text", "members", "value"),
    [
        ("1.234.567,5", {"decimalChar": ",", "groupChar": "."}, "1234567.5"),
        ("1,234.5", {"groupChar": ","}, "1234.5"),
        ("12,34,567", {"groupChar": ","}, "1234567"),
        ("1234.5", {"groupChar": ","}, "1234.5"),
        ("€ 1 000.50", {"groupChar": " ", "bareNumber": False}, "1000.50"),
        ("-95 %", {"bareNumber": False}, "-95"),
        ("USD 1e3", {"bareNumber": False}, "1E+3"),
        ("21.5°C", {"bareNumber": False}, "21.5"),
    ],
)
def test_a_number_is_written_as_the_field_says(
    text: str, members: dict[str, Any], value: str
) -> None:
    assert str(cell(text, "number", **members)) == value


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("1,5", {"groupChar": ","}),
        ("1,2345", {"groupChar": ","}),
        (",123", {"groupChar": ","}),
        ("1,,234", {"groupChar": ","}),
        ("1.000,123,456", {"groupChar": ",", "decimalChar": "."}),
        ("1.5", {"decimalChar": ","}),
        ("€95", {}),
        ("(95)", {"bareNumber": False}),
        ("95-", {"bareNumber": False}),
        ("\u221295", {"bareNumber": False}),
        ("１95", {"bareNumber": False}),
        ("95²", {"bareNumber": False}),
        ("1 000", {"bareNumber": False}),
        ("EUR", {"bareNumber": False}),
        ("NaN", {"bareNumber": False}),
    ],
)
def test_what_would_change_the_number_is_never_stripped_from_it(
    text: str, members: dict[str, Any]
) -> None:
    assert isinstance(cell(text, "number", **members), Misfit)


def test_an_integer_has_groups_and_affixes_too() -> None:
    assert cell("12,345 kg", "integer", groupChar=",", bareNumber=False) == 12345


@pytest.mark.parametrize(("text", "value"), [("2024", 2024), ("0001", 1), ("9999", 9999)])
def test_a_year_has_four_digits(text: str, value: int) -> None:
    assert cell(text, "year") == value
    assert field_of("year").format(value) == text


@pytest.mark.parametrize("text", ["0000", "24", "12024", "-2024", "２０２４", "2024 "])
def test_nothing_else_is_a_year(text: str) -> None:
    assert cell(text, "year") == Misfit("is not a year from 0001 to 9999")


@pytest.mark.parametrize("value", [2024, 2024.0, Decimal("2024"), "2024"])
def test_a_json_year_is_a_number_or_its_text(value: object) -> None:
    assert member(value, "year") == 2024


@pytest.mark.parametrize("value", [0, 10_000, True, 2024.5, "24", None.__class__])
def test_no_other_json_value_is_a_year(value: object) -> None:
    assert isinstance(member(value, "year"), Misfit)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=None))
def test_a_number_written_out_is_read_back_to_the_digit(value: Decimal) -> None:
    field = field_of("number")
    read = field.read_text(str(value))

    if isinstance(read, Decimal):
        assert str(field.read_text(field.format(read))) == str(read)


@given(st.integers(-(2**63), 2**63 - 1))
def test_an_integer_written_out_is_read_back(value: int) -> None:
    field = field_of("integer")

    assert field.read_text(field.format(value)) == value
