"""Dates, times and moments: which texts are one, and which one."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.values.base import Misfit
from tests.domain.schemas import cell, field_of, member

OFFSETS = st.none() | st.integers(-840, 840).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)
NO_DAY = Misfit("is a day that does not exist")
NO_TIME = Misfit("is a time that does not exist")
NO_MOMENT = Misfit("is a moment that does not exist")


def at(*parts: int, minutes: int | None = None) -> datetime:
    zone = None if minutes is None else timezone(timedelta(minutes=minutes))
    return datetime(*parts, tzinfo=zone)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        ("0001-01-01", date(1, 1, 1)),
        ("9999-12-31", date(9999, 12, 31)),
        ("2023-02-29", NO_DAY),
        ("0000-01-01", NO_DAY),
        ("2024-13-01", NO_DAY),
        ("2024-00-10", NO_DAY),
    ],
)
def test_a_date_is_a_day_that_exists(text: str, expected: object) -> None:
    assert cell(text, "date") == expected


@pytest.mark.parametrize(
    "text",
    ["2024-1-5", "24-01-01", " 2024-01-01", "2024/01/01", "20240101", "２０２４-01-01",
     "2024-01-01T00:00:00", "2024-01-01\n", "-2024-01-01"],
)  # fmt: skip
def test_nothing_else_is_a_date(text: str) -> None:
    assert cell(text, "date") == Misfit("is not a date written YYYY-MM-DD")


@given(st.from_regex("[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}", fullmatch=True) | st.dates().map(str))
def test_exactly_the_dates_of_the_calendar_are_accepted(text: str) -> None:
    try:
        expected = date.fromisoformat(text) if re.fullmatch("[0-9-]{10}", text) else None
    except ValueError:
        expected = None

    value = cell(text, "date")

    assert value == expected if expected else isinstance(value, Misfit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:00:00", time(0, 0, 0)),
        ("23:59:59", time(23, 59, 59)),
        ("12:00:00.5", time(12, 0, 0, 500_000)),
        ("12:00:00.123456000", time(12, 0, 0, 123_456)),
        ("12:00:00Z", time(12, tzinfo=UTC)),
        ("12:00:00-05:30", time(12, tzinfo=timezone(-timedelta(hours=5, minutes=30)))),
        ("24:00:00", NO_TIME),
        ("23:59:60", NO_TIME),
        ("12:60:00", NO_TIME),
        ("12:00:00+14:01", NO_TIME),
        ("12:00:00+01:60", NO_TIME),
    ],
)
def test_a_time_exists_on_every_day(text: str, expected: object) -> None:
    assert cell(text, "time") == expected


@pytest.mark.parametrize("text", ["12:00", "1:00:00", "12:00:00.", "12:00:00z", "12:00:00+0100"])
def test_nothing_else_is_a_time(text: str) -> None:
    assert cell(text, "time") == Misfit("is not a time written hh:mm:ss")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-29T12:30:00", at(2024, 2, 29, 12, 30)),
        ("2024-01-26T15:00:00.300-05:00", at(2024, 1, 26, 15, 0, 0, 300_000, minutes=-300)),
        ("0001-01-01T00:00:00+14:00", at(1, 1, 1, minutes=840)),
        ("2016-12-31T23:59:60Z", NO_MOMENT),
        ("2024-01-01T24:00:00", NO_MOMENT),
        ("0000-01-01T00:00:00", NO_MOMENT),
    ],
)
def test_a_moment_is_a_date_and_a_time(text: str, expected: object) -> None:
    assert cell(text, "datetime") == expected


@pytest.mark.parametrize("text", ["2024-01-01 00:00:00", "2024-01-01", "2024-01-01T00:00"])
def test_nothing_else_is_a_moment(text: str) -> None:
    expected = Misfit("is not a date and time written YYYY-MM-DDThh:mm:ss")

    assert cell(text, "datetime") == expected


@pytest.mark.parametrize(
    ("text", "field_type", "noun"),
    [
        ("2024-01-01T00:00:00.1234567", "datetime", "a date and time"),
        ("2024-01-01T00:00:00.000000001+02:00", "datetime", "a date and time"),
        ("00:00:00.12345678901Z", "time", "a time"),
    ],
)
def test_a_fraction_finer_than_microseconds_is_told_the_limit(
    text: str, field_type: str, noun: str
) -> None:
    expected = Misfit(f"is not {noun} with at most 6 digits of a second's fraction")

    assert cell(text, field_type) == expected
    assert member(text, field_type) == expected


def test_the_limit_of_a_fraction_is_told_of_a_format_with_one_and_of_nothing_else() -> None:
    form = "%d.%m.%Y %H:%M:%S.%f"

    fine = cell("01.02.2024 10:00:00.1234567", "datetime", format=form)
    wrong = cell("2024-01-01 00:00:00.1234567", "datetime")
    nonexistent = cell("2024-01-01T24:00:00.1234560", "datetime")

    assert isinstance(fine, Misfit)
    assert fine.reason.endswith("with at most 6 digits of a second's fraction")
    assert wrong == Misfit("is not a date and time written YYYY-MM-DDThh:mm:ss")
    assert nonexistent == NO_MOMENT


@pytest.mark.parametrize("field_type", ["date", "time", "datetime"])
@pytest.mark.parametrize("value", [20240101, True, ["2024-01-01"]])
def test_a_json_date_or_time_is_a_string(field_type: str, value: object) -> None:
    misfit = member(value, field_type)

    assert isinstance(misfit, Misfit)
    assert "in a string" in misfit.reason


def test_a_json_string_is_read_by_the_same_grammar() -> None:
    assert member("2024-01-05", "date") == date(2024, 1, 5)
    assert isinstance(member("2024-1-5", "date"), Misfit)
    assert isinstance(member("", "date"), Misfit)


@pytest.mark.parametrize(
    ("field_type", "form", "text", "expected"),
    [
        ("date", "%d/%m/%Y", "05/01/2024", date(2024, 1, 5)),
        ("date", "fmt:%d/%m/%Y", "05/01/2024", date(2024, 1, 5)),
        ("date", "%Y%m%d", "20240105", date(2024, 1, 5)),
        ("date", "%d-%b-%y", "05-JAN-68", date(2068, 1, 5)),
        ("date", "%d-%b-%y", "05-Jan-69", date(1969, 1, 5)),
        ("date", "%Y年%m月%d日", "2024年01月05日", date(2024, 1, 5)),
        ("date", "%d.%m.%Y %%", "05.01.2024 %", date(2024, 1, 5)),
        ("date", "%d/%m/%Y", "31/02/2024", NO_DAY),
        ("time", "%H:%M", "23:05", time(23, 5)),
        ("time", "%I:%M %p", "12:05 AM", time(0, 5)),
        ("time", "%I:%M %p", "12:05 pm", time(12, 5)),
        ("time", "%I:%M %p", "01:05 PM", time(13, 5)),
        ("time", "%I:%M %p", "13:05 PM", NO_TIME),
        ("time", "%I:%M %p", "00:05 AM", NO_TIME),
        ("time", "%H:%M:%S.%f", "01:02:03.5", time(1, 2, 3, 500_000)),
        ("datetime", "%Y-%m-%d %H:%M:%S", "2024-01-05 06:07:08", at(2024, 1, 5, 6, 7, 8)),
        (
            "datetime",
            "%Y-%m-%d %H:%M%z",
            "2024-01-05 06:07+0200",
            at(2024, 1, 5, 6, 7, minutes=120),
        ),
        ("datetime", "%Y-%m-%d %H:%M:%S", "2024-01-05 06:07:60", NO_MOMENT),
    ],
)
def test_a_field_has_its_own_way_to_write_dates(
    field_type: str, form: str, text: str, expected: object
) -> None:
    assert cell(text, field_type, format=form) == expected


@pytest.mark.parametrize(
    "text", ["5/1/2024", "05/01/24", "05-01-2024", "05/01/2024 ", "٠٥/01/2024"]
)
def test_a_format_has_fixed_widths(text: str) -> None:
    assert cell(text, "date", format="%d/%m/%Y") == Misfit("is not a date written %d/%m/%Y")


@given(st.datetimes())
def test_directives_read_what_strftime_writes(moment: datetime) -> None:
    written = f"{moment:%d.%m.}{moment.year:04} {moment:%H:%M:%S.%f}"

    assert cell(written, "datetime", format="%d.%m.%Y %H:%M:%S.%f") == moment


@given(
    st.one_of(
        st.tuples(st.just("date"), st.dates()),
        st.tuples(st.just("time"), st.times(timezones=OFFSETS)),
        st.tuples(st.just("datetime"), st.datetimes(timezones=OFFSETS)),
    )
)
def test_what_is_written_out_is_read_back(typed: tuple[str, Any]) -> None:
    field_type, value = typed
    field = field_of(field_type)

    again: Any = field.read_text(field.format(value))

    assert again == value
    assert again.isoformat() == value.isoformat()


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2024-01-05T06:07:08.500", "2024-01-05T06:07:08.5"),
        ("2024-01-05T06:07:08.000+00:00", "2024-01-05T06:07:08Z"),
        ("2024-01-05T06:07:00", "2024-01-05T06:07:00"),
        ("2024-01-05T06:07:00-10:00", "2024-01-05T06:07:00-10:00"),
    ],
)
def test_a_moment_has_one_canonical_text(text: str, canonical: str) -> None:
    field = field_of("datetime")
    value = field.read_text(text)

    assert not isinstance(value, Misfit)
    assert field.format(value) == canonical
