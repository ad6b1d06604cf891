"""What the accepted values of one column look like, without showing all of them."""

from dataclasses import dataclass

from domain.schema import FieldType

SHOWN_CHARACTERS = 100
"""How much of a value a profile repeats."""

MOST_TOP_VALUES = 10
"""How many of the most frequent values it shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distinct:
    """How many different values there are, as `clean.csv` writes them; `count` or, where that
    is not exact, more than so many.
    """

    count: int
    is_exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TopValue:
    """A value and how often it occurs."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """How the values of some rows spread from the column's minimum to its maximum.

    `counts` are those of equally wide parts, from the minimum on. `rows` is the size of the
    sample of accepted rows that was looked at, those without a value among them.
    """

    rows: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """One column of the accepted rows.

    Values are shown as `clean.csv` writes them, and cut past SHOWN_CHARACTERS with a `…`.
    `minimum` and `maximum` follow the order of the column's type, or of `inferred_type`: the
    narrowest one that all its values have, where the column has none of its own. Lengths, in
    characters, are of texts. `top` is there while the distinct values are counted exactly.
    """

    nulls: int
    distinct: Distinct
    minimum: str | None = None
    maximum: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    inferred_type: FieldType | None = None
    top: tuple[TopValue, ...] = ()
    histogram: Histogram | None = None

    def to_json(self) -> dict[str, object]:
        """The member `profile` of a column in report.json."""
        shown = self.histogram
        return {
            "nulls": self.nulls,
            "distinct": {"count": self.distinct.count, "isExact": self.distinct.is_exact},
            "min": self.minimum,
            "max": self.maximum,
            "minLength": self.min_length,
            "maxLength": self.max_length,
            "inferredType": None if self.inferred_type is None else str(self.inferred_type),
            "top": [{"value": top.value, "count": top.count} for top in self.top],
            "histogram": None
            if shown is None
            else {"sampledRows": shown.rows, "counts": list(shown.counts)},
        }
