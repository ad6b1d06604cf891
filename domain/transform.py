"""What a schema does to the values of a field before they are judged, and to its names."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from domain.values.base import Value

WHITE_SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What `trim` takes away: the characters with Unicode's property White_Space, and no others."""


class Rule(StrEnum):
    """The rules that change values, in the order in which a value meets them."""

    TRIM = "trim"
    CASE = "case"
    DEFAULT = "default"


class Change(NamedTuple):
    """A value of that field was changed by that rule."""

    column: str
    rule: Rule


class Case(StrEnum):
    """How letters are written, by Unicode's rules that depend on no language."""

    LOWER = "lower"
    UPPER = "upper"

    def of(self, text: str) -> str:
        """The text written so; once written so, it stays as it is."""
        return text.lower() if self is Case.LOWER else text.upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """What stands under the key `gristmill` of one field.

    A cell is trimmed and then written in `case`; it is missing when it is one of the missing
    values before or after the latter, so that what is written in a case never looks like one.
    A missing one becomes `default` (None where there is none), and of another one the type reads
    what these rules left. Of JSON values only strings are trimmed and written so, and null and
    absence are missing. Of other types than texts, so are values that are written like a missing
    one. `default` is as these rules would leave it, and within all
    constraints.

    `aliases` are other names under which a file may have the field, `rename` is its name in the
    outputs; with `drop` it is judged but not written.
    """

    trim: bool = False
    case: Case | None = None
    default: Value = None
    aliases: tuple[str, ...] = ()
    rename: str | None = None
    drop: bool = False
    changes_values: bool = field(init=False)

    def __post_init__(self) -> None:
        changes = self.trim or self.case is not None or self.default is not None
        object.__setattr__(self, "changes_values", changes)

    def trimmed(self, text: str) -> str:
        """The text without white space at its ends, where that is a rule."""
        return text.strip(WHITE_SPACE) if self.trim else text

    def cased(self, text: str) -> str:
        """The trimmed text in its case."""
        return text if self.case is None else self.case.of(text)

    def of_text(self, text: str) -> str:
        """The text, trimmed and in its case."""
        return self.cased(self.trimmed(text))
