"""Where we differ from frictionless on purpose, each with its reason."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Field = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """Cells of such fields that only one of us refuses; `reason` is why ours is as it is."""

    name: str
    reason: str
    concerns: Callable[[Field, str], bool]
    is_ours_stricter: bool = True

    def explains(
        self, field: Field, cell: str, ours: frozenset[str], theirs: frozenset[str]
    ) -> bool:
        """True when these judgements of the cell differ as they should."""
        refused, lenient = (ours, theirs) if self.is_ours_stricter else (theirs, ours)
        # What only one takes for a value, only the other one compares with bounds.
        is_so = refused in ({"type_error"}, {"pattern"}) and "type_error" not in lenient
        return is_so and self.concerns(field, cell)


_NUMBERS = ("integer", "number")
_TIMES = ("time", "datetime")
_GRAMMAR = "a value's spelling is fixed by a grammar, not by what a cast tolerates"


def _of(*types: str) -> Callable[[Field], bool]:
    return lambda field: field["type"] in types


DIFFERENCES: Sequence[Difference] = (
    Difference(
        "underscores in a number",
        f"Python takes 1_000; {_GRAMMAR}",
        lambda field, cell: field["type"] in _NUMBERS and "_" in cell,
    ),
    Difference(
        "digits that are not ASCII",
        f"Python takes １２; {_GRAMMAR}",
        lambda field, cell: field["type"] in (*_NUMBERS, "year") and not cell.isascii(),
    ),
    Difference(
        "blanks around a value",
        f"Python's numbers may have blanks around; {_GRAMMAR}, and `trim` is there to be asked",
        lambda field, cell: field["type"] in (*_NUMBERS, "year") and cell != cell.strip(),
    ),
    Difference(
        "integers beyond 64 bits",
        "no output could hold them",
        lambda field, cell: field["type"] == "integer" and len(cell) >= 19,
    ),
    Difference(
        "numbers beyond every float",
        "they would be infinite, or nothing, in every output that has floats",
        lambda field, cell: field["type"] == "number" and "e" in cell.lower(),
    ),
    Difference(
        "NaN and infinity",
        "they are no numbers unless the type says so",
        lambda field, cell: field["type"] == "number" and cell.lower().lstrip("+-") in ("nan", "snan", "inf", "infinity"),
    ),
    Difference(
        "digits among anything",
        "a number that is not bare may have a currency or a unit around it; frictionless drops "
        "every character that is no digit, even out of a URL",
        lambda field, cell: not field.get("bareNumber", True),
    ),
    Difference(
        "groups of other than three digits",
        "1.5 in which the point divides groups is a mistake, and not 15",
        lambda field, cell: field.get("groupChar", "\0") in cell or field.get("decimalChar", ".") != ".",
    ),
    Difference(
        "days and months without their zero",
        f"strptime takes 2024-1-5; {_GRAMMAR}",
        lambda field, cell: field["type"] in ("date", *_TIMES) and re.search(r"(?<![0-9])[0-9](?![0-9])", cell) is not None,
    ),
    Difference(
        "the other spellings of ISO 8601",
        "the default format is the standard's own: HH:MM:SS, and a T before it",
        lambda field, cell: field["type"] in _TIMES and "format" not in field,
    ),
    Difference(
        "the year 0",
        "there is none in the calendar, nor in Python's dates",
        lambda field, cell: field["type"] == "year" and not cell.strip("0"),
    ),
    Difference(
        "patterns over a part of the value",
        "a pattern matches the whole value, an alternative and a last line end included",
        lambda field, cell: "pattern" in field.get("constraints", {}),
    ),
    Difference(
        "addresses without a domain of two parts",
        "an address is one when browsers send it: a@b in a company's own network is",
        lambda field, cell: field.get("format") == "email",
        is_ours_stricter=False,
    ),
)  # fmt: skip


def unexplained(field: Field, cell: str, ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """True when the two differ and no difference says so."""
    return ours != theirs and not any(it.explains(field, cell, ours, theirs) for it in DIFFERENCES)
