"""The profile of one column in the making, in memory that does not grow with the file."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import blake2b
from heapq import nlargest
from typing import Final, NamedTuple

from domain.column_profile import (
    MOST_TOP_VALUES,
    SHOWN_CHARACTERS,
    ColumnProfile,
    Distinct,
    TopValue,
)
from domain.histogram import histogram
from domain.narrow_types import NARROW_TYPES, all_fit
from domain.schema import FieldType
from domain.value_order import ORDER_OF, Order, Place, shown

MOST_DISTINCT: Final = 1_000
"""So many distinct values of a column are counted exactly."""

_TEXTUAL = frozenset({FieldType.STRING, FieldType.ANY})
_JSON_KINDS: Mapping[str, tuple[FieldType, ...]] = {
    "a string": (FieldType.DATE, FieldType.DATETIME, FieldType.TIME, FieldType.STRING),
    "a number": (FieldType.INTEGER, FieldType.NUMBER),
    "a boolean": (FieldType.BOOLEAN,),
}


class _LongText(NamedTuple):
    """What is kept of a text that is longer than a profile shows."""

    beginning: str
    digest: bytes


class _Extent(NamedTuple):
    smallest: Place
    largest: Place


class ColumnTally:
    """Takes the texts of one column, in any order and however they are divided.

    While it counts, it wants every text: see `count`. Once there were more distinct ones than
    `most_distinct`, it wants no more than a few among which are the smallest and the largest
    of each of its `orders`, the extreme lengths, and whatever may not fit its `candidates`.
    """

    def __init__(self, field_type: FieldType, *, most_distinct: int = MOST_DISTINCT) -> None:
        self.field_type = field_type
        """What the column's values are, as the schema says."""
        self.most_distinct = most_distinct
        """So many distinct values are counted."""
        self._counts: dict[str | _LongText, int] | None = {}
        self._nulls = 0
        self._extents: dict[Order, _Extent] = {}
        self._lengths: tuple[int, int] | None = None
        is_any = field_type is FieldType.ANY
        self._possible = [*NARROW_TYPES, FieldType.STRING] if is_any else [field_type]

    @property
    def is_counting(self) -> bool:
        """True while all values are to be counted."""
        return self._counts is not None

    @property
    def candidates(self) -> Sequence[FieldType]:
        """The narrow types that all texts had so far, where the column has no type itself."""
        return [
            it for it in self._possible if it in NARROW_TYPES and self.field_type is FieldType.ANY
        ]

    @property
    def orders(self) -> frozenset[Order]:
        """The orders in which its smallest and largest text are sought."""
        return frozenset(ORDER_OF[it] for it in self._possible if it in ORDER_OF)

    @property
    def has_lengths(self) -> bool:
        """True when its lengths are of interest."""
        return self.field_type in _TEXTUAL

    def add_nulls(self, count: int) -> None:
        """So many rows have no value."""
        self._nulls += count

    def count(self, counts: Mapping[str, int]) -> None:
        """How often each of some texts occurs."""
        if self._counts is None:
            raise ValueError("the values of this column are not counted any more")
        kept = self._counts
        for text, count in counts.items():
            key = text if len(text) <= SHOWN_CHARACTERS else self._long(text)
            kept[key] = kept.get(key, 0) + count
            if len(kept) > self.most_distinct:
                # Nothing may be lost that the extremes and the type depend on.
                self.stop_counting()
                self.note(counts)
                return

    def known(self, *, most: int) -> Sequence[str]:
        """All texts that were counted; none where there are more than `most`, or any is long."""
        counts = self._counts or {}
        return _short(counts) if len(counts) <= most and len(_short(counts)) == len(counts) else ()

    def stop_counting(self) -> None:
        """There are more distinct values than can be counted."""
        counted, self._counts = self._counts or {}, None
        self.note(_short(counted))

    def note(self, texts: Collection[str]) -> None:
        """Takes some texts, each as often as one likes, for all but how often they occur."""
        texts = list(texts)
        if not texts:
            return
        self._rule_out_all(texts)
        for order in self.orders:
            self._extend(order, *order.extremes(texts))
        if self.has_lengths:
            lengths = list(map(len, texts))
            self.note_lengths(min(lengths), max(lengths))

    def rule_out(self, candidate: FieldType, texts: Sequence[str]) -> None:
        """Takes texts of the column that may not fit the candidate."""
        if not all_fit(candidate, texts):
            self._keep([it for it in self._possible if it is not candidate])

    def note_lengths(self, shortest: int, longest: int) -> None:
        """The lengths of some texts."""
        least, most = self._lengths or (shortest, longest)
        self._lengths = min(least, shortest), max(most, longest)

    def note_kinds(self, kinds: Iterable[str]) -> None:
        """What some of the column's values are in JSON, where a string is no number."""
        for kind in kinds:
            possible = _JSON_KINDS.get(kind, ())
            self._keep([it for it in self._possible if it in possible])

    def profile(self, sample: Sequence[str | None]) -> ColumnProfile:
        """The profile; `sample` are the texts of some rows, None where there is none."""
        counts = self._counts
        if counts is not None:
            self.note(_short(counts))
        has_values = counts is None or bool(counts)
        inferred = self._inferred() if has_values and self.field_type is FieldType.ANY else None
        value_type = inferred or self.field_type
        extent = self._extents.get(ORDER_OF[value_type]) if value_type in ORDER_OF else None
        shortest, longest = self._lengths or (None, None)
        is_text = value_type in _TEXTUAL
        return ColumnProfile(
            nulls=self._nulls,
            distinct=self._distinct(),
            minimum=None if extent is None else extent.smallest[1],
            maximum=None if extent is None else extent.largest[1],
            min_length=shortest if is_text else None,
            max_length=longest if is_text else None,
            inferred_type=inferred,
            top=_top(counts or {}),
            histogram=None
            if extent is None
            else histogram(value_type, extent.smallest[0], extent.largest[0], sample),
        )

    def _long(self, text: str) -> _LongText:
        # Only its beginning will be there later.
        self.note((text,))
        digest = blake2b(text.encode(), digest_size=16).digest()
        return _LongText(text[: SHOWN_CHARACTERS + 1], digest)

    def _rule_out_all(self, texts: Sequence[str]) -> None:
        for candidate in self.candidates:
            # What all are integers, all are numbers.
            if candidate is not FieldType.NUMBER or FieldType.INTEGER not in self._possible:
                self.rule_out(candidate, texts)

    def _keep(self, possible: Sequence[FieldType]) -> None:
        self._possible = list(possible)
        orders = self.orders
        self._extents = {order: it for order, it in self._extents.items() if order in orders}

    def _extend(self, order: Order, smallest: Place, largest: Place) -> None:
        known = self._extents.get(order)
        if known is not None:
            smallest, largest = min(smallest, known.smallest), max(largest, known.largest)
        self._extents[order] = _Extent(smallest, largest)

    def _inferred(self) -> FieldType:
        return self._possible[0] if self._possible else FieldType.ANY

    def _distinct(self) -> Distinct:
        if self._counts is None:
            return Distinct(count=self.most_distinct, is_exact=False)
        return Distinct(count=len(self._counts), is_exact=True)


def _short(keys: Iterable[str | _LongText]) -> list[str]:
    return [key for key in keys if isinstance(key, str)]


def _top(counts: Mapping[str | _LongText, int]) -> tuple[TopValue, ...]:
    # Most often the largest counts leave few to be ordered by their texts.
    least = min(nlargest(MOST_TOP_VALUES, counts.values()), default=0)
    ordered = sorted(
        [item for item in counts.items() if item[1] >= least],
        key=lambda item: (-item[1], _sortable(item[0])),
    )
    return tuple(
        TopValue(value=shown(_sortable(key)[0]), count=count)
        for key, count in ordered[:MOST_TOP_VALUES]
    )


def _sortable(key: str | _LongText) -> tuple[str, bytes]:
    return (key, b"") if isinstance(key, str) else key
