"""The types that a column of texts could have, and the order in which they are tried."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from domain.schema import FieldType
from domain.values.base import Misfit, Value, ValueType
from domain.values.boolean import DEFAULT_FALSE, DEFAULT_TRUE, BooleanType
from domain.values.numbers import IntegerType, NumberType
from domain.values.temporal import DatetimeType, DateType, TimeType
from domain.values.temporal_format import TemporalFormat
from domain.values.text import StringType

MISSING_MARKERS: Final = (
    "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "None", "-",
)  # fmt: skip
"""What stands for a missing value in a column whose other values have a type."""

_LEADING_ZERO = re.compile("[+-]?0[0-9]")
_WHOLE_WITH_EXPONENT = re.compile("[0-9]+(?:[eE][0-9]+)?")
_IS_A_CODE = Misfit("begins with a zero that a number would lose")
_IS_NO_ADDRESS = Misfit("is not a URI with an authority", "format_error")
_UNEVEN = Misfit("has groups of other than three digits")
_NUMERIC = (FieldType.INTEGER, FieldType.NUMBER)
_WORDS = (
    ("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"), ("on", "off"), ("ja", "nein"),
    ("oui", "non"), ("si", "no"), ("sí", "no"), ("vrai", "faux"), ("wahr", "falsch"),
)  # fmt: skip
_DATES = (
    ("%d.%m.%Y",), ("%d/%m/%Y", "%m/%d/%Y"), ("%d-%m-%Y", "%m-%d-%Y"), ("%Y/%m/%d",),
    ("%Y.%m.%d",), ("%d.%m.%y",), ("%d %b %Y",), ("%d-%b-%Y",), ("%b %d, %Y",),
)  # fmt: skip
# Spaces, among them two that do not break lines, and two apostrophes.
_GROUP_CHARS = (" ", "\u00a0", "\u202f", "'", "\u2019")
_TIMES = ("%H:%M", "%I:%M %p", "%I:%M:%S %p")
_DATE_PARTS = (
    ("%Y-%m-%d",), ("%Y/%m/%d",), ("%d.%m.%Y",), ("%d/%m/%Y", "%m/%d/%Y"),
)  # fmt: skip
_TIME_PARTS = (
    "T%H:%M", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %H:%M:%S%z", " %I:%M %p", " %I:%M:%S %p",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A type as configured for one column; `members` are those of its field in a schema."""

    type: FieldType
    value_type: ValueType = field(compare=False, repr=False)
    members: Mapping[str, object] = field(default_factory=dict)

    def read(self, text: str) -> Value | Misfit:
        """The value that the text is by this guess."""
        value = self.value_type.parse_text(text)
        if isinstance(value, Misfit):
            return value
        if self.type in _NUMERIC and _LEADING_ZERO.match(text):
            return _IS_A_CODE
        if self.type in _NUMERIC and self._is_uneven(text):
            return _UNEVEN
        if self.members.get("format") == "uri" and "://" not in text:
            # By the standard `note:this` is one.
            return _IS_NO_ADDRESS
        return value

    def _is_uneven(self, text: str) -> bool:
        """True where digits are grouped as in 12,34,567, or in an address such as 10.10.10.100."""
        group = self.members.get("groupChar")
        if group is None:
            return False
        point = str(self.members.get("decimalChar", "."))
        whole = text if self.type is FieldType.INTEGER else text.partition(point)[0]
        return any(len(part) != 3 for part in whole.split(str(group))[1:])

    def misfit(self, texts: Sequence[str]) -> tuple[str, Misfit] | None:
        """The first text that is no value by this guess, and why; None when all are."""
        for text in texts:
            value = self.read(text)
            if isinstance(value, Misfit):
                return text, value
        return None


def loss_of_a_code(guess: Guess, texts: Sequence[str]) -> tuple[str, str] | None:
    """A text and what it would lose by the guess, if the texts were codes; None when nothing.

    Telephone numbers begin with a plus, and none of them with a minus. Of article numbers such
    as `1E5` and `100` none has a point or a sign, as measured numbers have.
    """
    if guess.type not in _NUMERIC:
        return None
    plus = next((text for text in texts if text.startswith("+")), None)
    if plus is not None and not any(text.startswith("-") for text in texts):
        return plus, "its plus"
    if all(_WHOLE_WITH_EXPONENT.fullmatch(text) for text in texts):
        letter = next((text for text in texts if not text.isdigit()), None)
        return None if letter is None else (letter, "its spelling")
    return None


Reading: TypeAlias = Sequence[Guess]
"""Guesses by which a text means the same, the narrowest first."""

Family: TypeAlias = Sequence[Reading]
"""Readings of which two can fit the same texts and mean different things."""

STRING: Final = Guess(type=FieldType.STRING, value_type=StringType())
ANY_NUMBER: Final[Reading] = (
    Guess(type=FieldType.INTEGER, value_type=IntegerType()),
    Guess(type=FieldType.NUMBER, value_type=NumberType()),
)
"""Numbers as they are written in JSON, too."""


def families(texts: Sequence[str]) -> Iterator[Family]:
    """What distinct texts of a CSV column could be, the first choice first."""
    yield (ANY_NUMBER,)
    yield (_booleans(texts),)
    yield from temporal_families()
    yield from _numbers_with_separators(texts)
    yield from string_families()


def temporal_families() -> Iterator[Family]:
    """What strings of JSON could be, too: dates, times, and both together."""
    yield ((Guess(type=FieldType.DATE, value_type=DateType()),),)
    yield ((Guess(type=FieldType.DATETIME, value_type=DatetimeType()),),)
    yield ((Guess(type=FieldType.TIME, value_type=TimeType()),),)
    for formats in _DATES:
        yield [[_temporal(FieldType.DATE, text)] for text in formats]
    for formats in _DATE_PARTS:
        for time_part in _TIME_PARTS:
            yield [[_temporal(FieldType.DATETIME, text + time_part)] for text in formats]
    for text in _TIMES:
        yield ((_temporal(FieldType.TIME, text),),)


def string_families() -> Iterator[Family]:
    """The formats of strings."""
    for name in ("uuid", "email", "uri"):
        value_type = StringType(string_format=name)
        yield ((Guess(type=FieldType.STRING, value_type=value_type, members={"format": name}),),)


def _temporal(field_type: FieldType, text: str) -> Guess:
    form = TemporalFormat.parse(
        text,
        with_date=field_type is not FieldType.TIME,
        with_time=field_type is not FieldType.DATE,
    )
    kinds: Mapping[FieldType, type[DateType | DatetimeType | TimeType]] = {
        FieldType.DATE: DateType,
        FieldType.DATETIME: DatetimeType,
        FieldType.TIME: TimeType,
    }
    return Guess(type=field_type, value_type=kinds[field_type](form), members={"format": text})


def _booleans(texts: Sequence[str]) -> Reading:
    default = Guess(type=FieldType.BOOLEAN, value_type=BooleanType())
    seen = {text.casefold() for text in texts}
    for true_word, false_word in _WORDS:
        # One word alone may be anything.
        if seen == {true_word, false_word} and not set(texts) <= {*DEFAULT_TRUE, *DEFAULT_FALSE}:
            words = {"trueValues": _spellings(true_word), "falseValues": _spellings(false_word)}
            value_type = BooleanType(
                true_values=words["trueValues"], false_values=words["falseValues"]
            )
            guess = Guess(type=FieldType.BOOLEAN, value_type=value_type, members=words)
            return (default, guess)
    return (default,)


def _spellings(word: str) -> list[str]:
    return list(dict.fromkeys((word, word.capitalize(), word.upper())))


def _numbers_with_separators(texts: Sequence[str]) -> Iterator[Family]:
    has_comma, has_point = (any(mark in text for text in texts) for mark in ",.")
    if has_comma or has_point:
        yield (_grouped(",", "."), _grouped("." if has_point else None, ","))
    for group in _GROUP_CHARS:
        if any(group in text for text in texts):
            yield (_grouped(group, "." if has_point or not has_comma else ","),)


def _grouped(group: str | None, point: str) -> Reading:
    grouped = {} if group is None else {"groupChar": group}
    pointed = {} if point == "." else {"decimalChar": point}
    number = Guess(
        type=FieldType.NUMBER,
        value_type=NumberType(decimal_char=point, group_char=group),
        members=pointed | grouped,
    )
    if group is None:
        return (number,)
    integer = Guess(
        type=FieldType.INTEGER, value_type=IntegerType(group_char=group), members=grouped
    )
    return (integer, number)
