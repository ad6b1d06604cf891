"""The orders in which the smallest and the largest of a column's texts are sought."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from decimal import ROUND_DOWN, Context, Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from domain.column_profile import SHOWN_CHARACTERS
from domain.constraints import comparable
from domain.schema import FieldType

# Longer numbers are cut towards zero to as many digits as others may have, which keeps the order.
_SHORTENED = Context(prec=SHOWN_CHARACTERS, rounding=ROUND_DOWN)
_SHOWN = Context(prec=SHOWN_CHARACTERS // 2, rounding=ROUND_DOWN)
_OFFSET_CHARACTERS = len("+00:00")

Place: TypeAlias = tuple[Any, str]
"""Where a text comes in an order, and what is shown of it."""


class Order(Enum):
    """How texts of one kind of type are compared."""

    TEXT = "text"
    """By code points, which is right for dates and years, too."""

    NUMBER = "number"
    """As exact decimal numbers."""

    TIME = "time"
    """By the time of day in UTC; what has no offset counts as UTC."""

    DATETIME = "datetime"
    """By the moment in UTC, in the same way."""

    def place(self, text: str) -> Place:
        """The text's place among others of its type; equal values are ordered by their text."""
        if self is Order.TEXT:
            # One more than is shown tells whether anything was cut.
            return text[: SHOWN_CHARACTERS + 1], shown(text)
        if self is Order.NUMBER:
            return _number_place(text)
        # Much quicker than by the type's grammar, which the text is known to fit.
        value = (time if self is Order.TIME else datetime).fromisoformat(text)
        return comparable(value), text

    def extremes(self, texts: Sequence[str]) -> tuple[Place, Place]:
        """The places of the smallest and the largest of some texts."""
        if self is Order.TEXT:
            return self.place(min(texts)), self.place(max(texts))
        # Few of many, since it takes long to find a place exactly.
        chosen = _extreme_numbers(texts) if self is Order.NUMBER else _extreme_moments(texts, self)
        places = [self.place(text) for text in chosen]
        return min(places), max(places)


ORDER_OF: Final[Mapping[FieldType, Order]] = MappingProxyType(
    {
        FieldType.STRING: Order.TEXT,
        FieldType.DATE: Order.TEXT,
        FieldType.YEAR: Order.TEXT,
        FieldType.INTEGER: Order.NUMBER,
        FieldType.NUMBER: Order.NUMBER,
        FieldType.TIME: Order.TIME,
        FieldType.DATETIME: Order.DATETIME,
    }
)
"""The types that have an order, and which it is."""


def shown(text: str) -> str:
    """The text as a profile shows it: `…` where it was cut."""
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


def offset_of(text: str) -> str:
    """The offset at the end of a time or datetime; nothing when it has none."""
    if text.endswith("Z"):
        return "Z"
    tail = text[-_OFFSET_CHARACTERS:]
    return tail if tail[0] in "+-" else ""


def midnight_at(offset: str) -> str:
    """The local time `hh:mm` at which the day begins in UTC; nothing for UTC itself.

    Among times of one offset, those before it and those from it on are ordered as texts.
    """
    if offset[:1] != "-":
        return offset[1:]
    minutes = 24 * 60 - int(offset[1:3]) * 60 - int(offset[4:6])
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _number_place(text: str) -> Place:
    if len(text) <= SHOWN_CHARACTERS:
        return Decimal(text), text
    # Cut by digits and not by characters, since an exponent may stand at the end.
    return _SHORTENED.create_decimal(text), f"{_SHOWN.create_decimal(text)}…"


def _extreme_numbers(texts: Sequence[str]) -> set[str]:
    floats = list(map(float, texts))
    extremes = min(floats), max(floats)
    return {text for text, number in zip(texts, floats, strict=True) if number in extremes}


def _extreme_moments(texts: Sequence[str], order: Order) -> set[str]:
    """The extreme ones of each offset, among which moments of one day are ordered as texts."""
    written: dict[str, list[str]] = {}
    for text in texts:
        offset = offset_of(text)
        written.setdefault(offset, []).append(text.removesuffix(offset))
    return {
        pick(run) + offset
        for offset, moments in written.items()
        for run in _runs(moments, midnight_at(offset) if order is Order.TIME else "")
        for pick in (min, max)
    }


def _runs(moments: Sequence[str], midnight: str) -> Iterator[Sequence[str]]:
    """Those before and those from that local time on, as far as there are any."""
    for is_before in (True, False):
        if run := [moment for moment in moments if (moment < midnight) is is_before]:
            yield run
