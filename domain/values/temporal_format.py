"""How a date or time is written: a closed set of directives, each of one fixed grammar.

| directive | reads |
|---|---|
| `%Y` `%y` | a year of four digits; of two, 69-99 in the 1900s and 00-68 in the 2000s |
| `%m` `%d` `%b` | month and day of two digits; Jan … Dec, in English whatever the locale |
| `%H` `%M` `%S` `%f` | hour (00-23), minute and second of two digits; a fraction of 1 to 6 |
| `%I` `%p` | hour 01-12 of two digits with AM or PM |
| `%z` | `Z`, `+hh:mm` or `+hhmm` |
| `%%` | a percent sign |

`%-d`, `%e`, `%A` and what else a C library knows are refused: what they accept depends on the
machine.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, time, timedelta, timezone
from typing import Self

from domain.errors import DomainError

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TWO = "[0-9]{2}"
_DIRECTIVES = {
    "Y": ("year", "[0-9]{4}"),
    "y": ("short_year", _TWO),
    "m": ("month", _TWO),
    "b": ("month_name", f"(?i:{'|'.join(_MONTHS)})"),
    "d": ("day", _TWO),
    "H": ("hour", _TWO),
    "I": ("half_hour", _TWO),
    "p": ("half", "(?i:AM|PM)"),
    "M": ("minute", _TWO),
    "S": ("second", _TWO),
    "f": ("fraction", "[0-9]{1,6}"),
    "z": ("offset", r"Z|[+-][0-9]{2}:?[0-9]{2}"),
}
_DATE_DIRECTIVES = "Yymbd"
_TIME_DIRECTIVES = "HIpMSfz"


class InvalidTemporalFormatError(DomainError):
    """The format has a directive that is not in the table, or does not make a whole value."""

    code = "unsupported_format"


@dataclass(frozen=True, slots=True)
class Parts:
    """The named pieces of one text, digits as they were written."""

    texts: dict[str, str]

    def date(self) -> date:
        """The day; raises ValueError when it does not exist."""
        return date(self._year(), self._month(), int(self.texts["day"]))

    def time(self) -> time:
        """The time; raises ValueError when it does not exist."""
        return time(
            self._hour(),
            int(self.texts.get("minute", "0")),
            int(self.texts.get("second", "0")),
            int(self.texts.get("fraction", "0").ljust(6, "0")),
            tzinfo=self._offset(),
        )

    def _year(self) -> int:
        if "year" in self.texts:
            return int(self.texts["year"])
        short = int(self.texts["short_year"])
        return short + (1900 if short >= 69 else 2000)

    def _month(self) -> int:
        if "month" in self.texts:
            return int(self.texts["month"])
        return _MONTHS.index(self.texts["month_name"].lower()) + 1

    def _hour(self) -> int:
        if "hour" in self.texts:
            return int(self.texts["hour"])
        hour = int(self.texts["half_hour"])
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        return hour % 12 + (12 if self.texts["half"].upper() == "PM" else 0)

    def _offset(self) -> timezone | None:
        text = self.texts.get("offset")
        if text is None:
            return None
        if text == "Z":
            return UTC
        hours, minutes = int(text[1:3]), int(text[-2:])
        # XML Schema's bounds: the widest zone there is, +14:00, and no more.
        if minutes > 59 or hours * 60 + minutes > 14 * 60:
            raise ValueError(text)
        offset = timedelta(hours=hours, minutes=minutes)
        return timezone(-offset if text.startswith("-") else offset)


@dataclass(frozen=True, slots=True)
class TemporalFormat:
    """A grammar whose groups are named as the parts of a date or time."""

    grammar: re.Pattern[str]
    shown: str

    @classmethod
    def parse(cls, text: str, *, with_date: bool, with_time: bool) -> Self:
        """The grammar of a strptime-style format for a type that has a date, a time or both.

        Raises InvalidTemporalFormatError.
        """
        allowed = _DATE_DIRECTIVES * with_date + _TIME_DIRECTIVES * with_time
        grammar, found = _translate(text, allowed)
        if with_date:
            _require(found, ("Yy", "mb", "d"), "a year, a month and a day")
        if with_time:
            _require(found, ("HI",), "an hour, once")
            if ("I" in found) != ("p" in found):
                raise InvalidTemporalFormatError("%I and %p go together")
            _require_finer_parts(found)
        return cls(re.compile(grammar), shown=text)

    def read(self, text: str) -> Parts | None:
        """The parts of a text; None when it is not written so."""
        match = self.grammar.fullmatch(text)
        if match is None:
            return None
        return Parts({name: part for name, part in match.groupdict().items() if part is not None})


def _translate(text: str, allowed: str) -> tuple[str, str]:
    grammar, found = "", ""
    pieces = re.findall("%.?|[^%]+", text, flags=re.DOTALL)
    for piece in pieces:
        letter = piece[1:]
        if not piece.startswith("%") or piece == "%%":
            grammar += re.escape("%" if piece == "%%" else piece)
        elif letter not in allowed or not letter:
            raise InvalidTemporalFormatError(f'the directive "{piece}" is not supported here')
        elif letter in found:
            raise InvalidTemporalFormatError(f'the directive "{piece}" is there twice')
        else:
            name, digits = _DIRECTIVES[letter]
            grammar += f"(?P<{name}>{digits})"
            found += letter
    return grammar, found


def _require(found: str, alternatives: tuple[str, ...], what: str) -> None:
    for letters in alternatives:
        if sum(letter in found for letter in letters) != 1:
            raise InvalidTemporalFormatError(f"the format must have {what}")


def _require_finer_parts(found: str) -> None:
    for finer, coarser in (("S", "M"), ("f", "S")):
        if finer in found and coarser not in found:
            raise InvalidTemporalFormatError(f"%{finer} has no meaning without %{coarser}")
