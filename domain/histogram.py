"""How the values of a sample spread over the range of their column."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from domain.column_profile import Histogram
from domain.schema import FieldType
from domain.value_order import Order

MOST_PARTS: Final = 20
"""Into so many parts a histogram divides the range, or one for each value where there are fewer."""


def histogram(
    field_type: FieldType, smallest: Any, largest: Any, sample: Sequence[str | None]
) -> Histogram | None:
    """The histogram of the texts in `sample`, None where a row has none.

    `smallest` and `largest` are the keys of the type's order. None for types whose values are
    no distances apart.
    """
    if field_type not in _POSITIONS:
        return None
    position, of_text = _POSITIONS[field_type]
    first, last = position(smallest), position(largest)
    values = [of_text(text) for text in sample if text is not None]
    if isinstance(first, float):
        parts = MOST_PARTS if first < last else 1
        found = Counter(_part_of_float(it, first, last, parts) for it in values)
    else:
        parts = min(MOST_PARTS, last - first + 1)
        found = Counter((it - first) * parts // (last - first + 1) for it in values)
    return Histogram(rows=len(sample), counts=tuple(found[part] for part in range(parts)))


def _part_of_float(value: float, first: float, last: float, parts: int) -> int:
    if parts == 1:
        return 0
    span = last - first
    if math.isinf(span):
        # Halves of the largest floats; of the smallest there are none.
        value, first, span = value / 2, first / 2, last / 2 - first / 2
    share = (value - first) / span
    return min(int(share * parts), parts - 1)


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def _same(place: Any) -> Any:
    return place


def _float(number: Decimal) -> float:
    return float(number)


def _key_in(order: Order) -> Callable[[str], Any]:
    return lambda text: order.place(text)[0]


# From the place in the order to a position in the histogram, and from a text of the sample.
_POSITIONS: Mapping[FieldType, tuple[Callable[[Any], Any], Callable[[str], Any]]] = {
    FieldType.INTEGER: (int, int),
    FieldType.YEAR: (int, int),
    FieldType.NUMBER: (_float, float),
    FieldType.DATE: (_day, _day),
    FieldType.TIME: (_same, _key_in(Order.TIME)),
    FieldType.DATETIME: (_same, _key_in(Order.DATETIME)),
}
