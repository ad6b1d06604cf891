"""Integers, decimal numbers and years."""

import math
import re
from decimal import Decimal

from domain.values.affixes import strip_affixes
from domain.values.base import Misfit, Value, ValueType, json_kind

INTEGER_MIN, INTEGER_MAX = -(2**63), 2**63 - 1
_MOST_DIGITS = 19
_SHORT = 10**_MOST_DIGITS
_MOST_EXPONENT_DIGITS = 10

_NOT_AN_INTEGER = Misfit("is not an integer")
_INTEGER_BEYOND_RANGE = Misfit("is beyond the range of a 64-bit integer")
_NOT_A_NUMBER = Misfit("is not a decimal number")
_NUMBER_BEYOND_RANGE = Misfit("is beyond the range of a 64-bit float")
_NOT_A_YEAR = Misfit("is not a year from 0001 to 9999")


def _digits(group_char: str | None) -> str:
    """The grammar of a whole part.

    Groups have three digits, those further left two or three (12,34,567 is one way to write):
    were they free, a decimal comma read as a group character would make 1,5 into 15.
    """
    if group_char is None:
        return "[0-9]+"
    group = re.escape(group_char)
    return f"(?:[0-9]{{1,3}}(?:{group}[0-9]{{2,3}})*{group}[0-9]{{3}}|[0-9]+)"


class IntegerType(ValueType):
    """`integer`: `[+-]?[0-9]+` within 64 bits, and nothing rounded to get there."""

    def __init__(self, *, group_char: str | None = None, bare_number: bool = True) -> None:
        self._group_char = group_char
        self._bare_number = bare_number
        self._grammar = re.compile(rf"[+-]?{_digits(group_char)}")

    def parse_text(self, text: str) -> Value | Misfit:
        if not self._bare_number:
            text = strip_affixes(text, numeric=self._group_char or "")
        if self._grammar.fullmatch(text) is None:
            return _NOT_AN_INTEGER
        if self._group_char is not None:
            text = text.replace(self._group_char, "")
        digits = text.lstrip("+-").lstrip("0")
        if len(digits) > _MOST_DIGITS:
            return _INTEGER_BEYOND_RANGE
        return _in_range(-int(digits or "0") if text.startswith("-") else int(digits or "0"))

    def parse_json(self, value: object) -> Value | Misfit:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            return Misfit(f"is {json_kind(value)}, not an integer")
        if not _is_finite(value):
            return _NOT_AN_INTEGER
        # The range first: int() of 1e999999999 would take a gigabyte.
        if not INTEGER_MIN <= value <= INTEGER_MAX:
            return _INTEGER_BEYOND_RANGE
        whole = int(value)
        return whole if whole == value else _NOT_AN_INTEGER

    def format(self, value: Value) -> str:
        return str(value)


class NumberType(ValueType):
    """`number`: a decimal number of any precision, within the range of a 64-bit float.

    The value is a Decimal: 0.1 stays 0.1, 1.50 keeps its zero, and equality is that of the
    numbers written. The range is that of the outputs which know no decimals.
    """

    def __init__(
        self,
        *,
        decimal_char: str = ".",
        group_char: str | None = None,
        bare_number: bool = True,
    ) -> None:
        self.decimal_char = decimal_char
        self._group_char = group_char
        self._bare_number = bare_number
        point = re.escape(decimal_char)
        mantissa = rf"(?:{_digits(group_char)}(?:{point}[0-9]*)?|{point}[0-9]+)"
        self._grammar = re.compile(rf"[+-]?{mantissa}(?:[eE][+-]?[0-9]+)?")

    def parse_text(self, text: str) -> Value | Misfit:
        if not self._bare_number:
            text = strip_affixes(text, numeric=self.decimal_char + (self._group_char or ""))
        if self._grammar.fullmatch(text) is None:
            return _NOT_A_NUMBER
        if self._group_char is not None:
            text = text.replace(self._group_char, "")
        return _number(text.replace(self.decimal_char, "."))

    def parse_json(self, value: object) -> Value | Misfit:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            return Misfit(f"is {json_kind(value)}, not a number")
        if isinstance(value, int):
            # str() of an int refuses beyond 4,300 digits.
            return _NUMBER_BEYOND_RANGE if value.bit_length() > 1024 else _number(str(value))
        return _number(str(value)) if _is_finite(value) else _NOT_A_NUMBER

    def format(self, value: Value) -> str:
        return str(value)


class YearType(ValueType):
    """`year`: four digits, 0001 to 9999; in JSON also the number."""

    _grammar = re.compile("[0-9]{4}")

    def parse_text(self, text: str) -> Value | Misfit:
        if self._grammar.fullmatch(text) is None or text == "0000":
            return _NOT_A_YEAR
        return int(text)

    def parse_json(self, value: object) -> Value | Misfit:
        if isinstance(value, str):
            return self.parse_text(value)
        year = IntegerType().parse_json(value)
        if isinstance(year, int) and 1 <= year <= 9999:
            return year
        return _NOT_A_YEAR

    def format(self, value: Value) -> str:
        return f"{value:04}"


def canonical_number(value: float | Decimal) -> str:
    """One spelling for each number: its digits without outer zeros, and their exponent."""
    if isinstance(value, int) and -_SHORT < value < _SHORT:
        # The usual key, and by far the quickest.
        whole = str(value)
        significant = whole.rstrip("0")
        return f"{significant}e{len(whole) - len(significant)}" if value else "0"
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    sign, digits, exponent = exact.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    shortest = text.rstrip("0")
    if not shortest or not isinstance(exponent, int):
        return "0"
    return f"{'-' if sign else ''}{shortest}e{exponent + len(text) - len(shortest)}"


def _is_finite(value: int | float | Decimal) -> bool:
    # math.isfinite goes through a float: to it 1e400 is infinite, and 10**400 an exception.
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int) or math.isfinite(value)


def _in_range(value: int) -> int | Misfit:
    return value if INTEGER_MIN <= value <= INTEGER_MAX else _INTEGER_BEYOND_RANGE


def _zero(text: str, mantissa: str, exponent: str) -> Decimal:
    """Nothing, as it comes out of JSON, too: there `-0` is an integer, and these have no sign.

    It may carry any exponent, even one that no Decimal can hold. Of all others the JSON reader
    has made decimals, whose texts have an exponent or zeros in its place.
    """
    if len(exponent) <= _MOST_EXPONENT_DIGITS:
        mantissa = str(Decimal(text)).partition("E")[0]
    zero = Decimal(mantissa)
    return zero if "." in mantissa else abs(zero)


def _number(text: str) -> Decimal | Misfit:
    mantissa, _, exponent = text.lower().partition("e")
    if not mantissa.strip("+-.0"):
        return _zero(text, mantissa, exponent)
    # Not only what is too large: 1e-400 would come out of a column of floats as zero.
    is_representable = float(text) not in (math.inf, -math.inf, 0.0)
    return Decimal(text) if is_representable else _NUMBER_BEYOND_RANGE
