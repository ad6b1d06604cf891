"""Dates, times and moments."""

import re
from datetime import date, datetime, time, timedelta
from typing import cast

from domain.row_error import unquoted
from domain.values.base import Misfit, Value, ValueType, json_kind
from domain.values.temporal_format import Parts, TemporalFormat

_MICROSECOND = timedelta(microseconds=1)
_DAY_MICROSECONDS = 24 * 60 * 60 * 1_000_000

_MOST_FRACTION_DIGITS = 6
_EMPTY_END = re.compile(r"(\.[0-9]*?)0+(?=$|Z|[+-][0-9]{2}:[0-9]{2}$)")
_FINER_FRACTION = re.compile(rf"(\.[0-9]{{{_MOST_FRACTION_DIGITS}}})[0-9]+")

_DATE = "(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
# Digits beyond the microsecond are fine as long as they say nothing.
_TIME = (
    "(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
    r"(?:\.(?P<fraction>[0-9]{1,6})0*)?(?P<offset>Z|[+-][0-9]{2}:[0-9]{2})?"
)
DEFAULT_DATE = TemporalFormat(re.compile(_DATE), shown="YYYY-MM-DD")
DEFAULT_TIME = TemporalFormat(re.compile(_TIME), shown="hh:mm:ss")
DEFAULT_DATETIME = TemporalFormat(re.compile(f"{_DATE}T{_TIME}"), shown="YYYY-MM-DDThh:mm:ss")


class _TemporalType(ValueType):
    _noun: str
    _nonexistent: Misfit

    def __init__(self, form: TemporalFormat) -> None:
        self.form = form
        self._misfit = Misfit(f"is not {self._noun} written {unquoted(form.shown)}")
        limit = f"at most {_MOST_FRACTION_DIGITS} digits of a second's fraction"
        self._too_fine = Misfit(f"is not {self._noun} with {limit}")

    def parse_text(self, text: str) -> Value | Misfit:
        parts = self.form.read(text)
        if parts is None:
            return self._too_fine if self._is_too_fine(text) else self._misfit
        try:
            return self._build(parts)
        except ValueError:
            return self._nonexistent

    def parse_json(self, value: object) -> Value | Misfit:
        if isinstance(value, str):
            return self.parse_text(value)
        return Misfit(f"is {json_kind(value)}, not {self._noun} in a string")

    def _is_too_fine(self, text: str) -> bool:
        coarser, times = _FINER_FRACTION.subn(r"\1", text, count=1)
        return times > 0 and self.form.read(coarser) is not None

    def _build(self, parts: Parts) -> Value:
        """The value; raises ValueError when no such moment exists."""
        raise NotImplementedError


class DateType(_TemporalType):
    """`date`: a day that exists, from the year 1 to 9999; `YYYY-MM-DD` unless told otherwise."""

    _noun = "a date"
    _nonexistent = Misfit("is a day that does not exist")

    def __init__(self, form: TemporalFormat = DEFAULT_DATE) -> None:
        super().__init__(form)

    def _build(self, parts: Parts) -> Value:
        return parts.date()

    def format(self, value: Value) -> str:
        return cast(date, value).isoformat()


class TimeType(_TemporalType):
    """`time`: `hh:mm:ss`, a fraction and an offset allowed; no leap second, no 24:00."""

    _noun = "a time"
    _nonexistent = Misfit("is a time that does not exist")

    def __init__(self, form: TemporalFormat = DEFAULT_TIME) -> None:
        super().__init__(form)

    def _build(self, parts: Parts) -> Value:
        return parts.time()

    def format(self, value: Value) -> str:
        return _canonical(cast(time, value).isoformat())


class DatetimeType(_TemporalType):
    """`datetime`: a date, `T` and a time; one without an offset stays without."""

    _noun = "a date and time"
    _nonexistent = Misfit("is a moment that does not exist")

    def __init__(self, form: TemporalFormat = DEFAULT_DATETIME) -> None:
        super().__init__(form)

    def _build(self, parts: Parts) -> Value:
        return datetime.combine(parts.date(), parts.time())

    def format(self, value: Value) -> str:
        return _canonical(cast(datetime, value).isoformat())


def instant_microseconds(value: datetime) -> int:
    """Microseconds on one scale for all offsets; a value without an offset counts as UTC.

    Integers, because no datetime exists for 0001-01-01T00:00:00+14:00 in UTC.
    """
    days = value.toordinal() * _DAY_MICROSECONDS
    return days + _unwrapped_microseconds(value.timetz())


def time_microseconds(value: time) -> int:
    """Microseconds of the day in UTC, which begins anew at midnight; no offset counts as UTC."""
    return _unwrapped_microseconds(value) % _DAY_MICROSECONDS


def _unwrapped_microseconds(value: time) -> int:
    """The same, negative the day before and more than a day on the day after."""
    seconds = (value.hour * 60 + value.minute) * 60 + value.second
    offset = value.utcoffset() or timedelta()
    return seconds * 1_000_000 + value.microsecond - offset // _MICROSECOND


def _canonical(text: str) -> str:
    text = text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text
    return _EMPTY_END.sub(r"\1", text) if "." in text else text
