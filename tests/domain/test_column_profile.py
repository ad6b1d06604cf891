"""The profile of a column: exact where it says so, whatever the order and the pieces."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_DOWN, Context, Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.column_profile import ColumnProfile, Histogram, TopValue
from domain.column_tally import ColumnTally
from domain.constraints import comparable
from domain.narrow_types import NARROW_TYPES, all_fit, fits
from domain.row_sample import RowSample, row_hash
from domain.schema import FieldType
from domain.value_order import ORDER_OF
from domain.values.base import Misfit

TEXTS: dict[FieldType, Sequence[str]] = {
    FieldType.INTEGER: ("0", "-1", "9", "10", "-10", "9223372036854775807", "9223372036854775806"),
    FieldType.NUMBER: (
        "0", "-0", "0.0", "1.0", "1.00", "1E+3", "-1E-7", "999", "0.1", "0.10000000000000000001",
        "1" * 150, "1" * 149 + "2", "-" + "9" * 101 + ".5",
    ),
    FieldType.DATE: ("0001-01-01", "2024-02-29", "1999-12-31", "9999-12-31"),
    FieldType.YEAR: ("0001", "0999", "1999", "2024"),
    FieldType.BOOLEAN: ("true", "false"),
    FieldType.TIME: (
        "00:00:00", "23:59:59.999999", "12:00:00Z", "12:00:00", "13:00:00+02:00", "11:30:00-00:30",
        "12:00:00.5Z", "12:00:00.25+00:30", "23:30:00-01:00", "22:59:59-01:00", "23:00:00-01:00",
        "00:29:00+00:30", "00:30:00+00:30", "01:59:59.5+02:00", "00:00:00-14:00", "13:59:00+14:00",
    ),
    FieldType.DATETIME: (
        "2024-01-01T00:00:00", "2024-01-01T00:00:00Z", "2023-12-31T23:30:00-00:30",
        "2024-01-01T00:00:00.5", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    ),
    FieldType.STRING: ("a", "B", "é", "日本", "\U0001f600", "\uffff", "", "x" * 100, "x" * 101, "x" * 102),
    FieldType.ANY: ("1", "2", "1.5", "2024-01-01", "12:00:00", "true", "x", "1x", "007", "é" * 120),
}  # fmt: skip

_SHORT = Context(prec=50, rounding=ROUND_DOWN)


def profile_of(
    texts: Sequence[str],
    field_type: FieldType = FieldType.ANY,
    *,
    most_distinct: int = 1000,
    sample: Sequence[str | None] = (),
) -> ColumnProfile:
    tally = ColumnTally(field_type, most_distinct=most_distinct)
    tally.count(Counter(texts))
    return tally.profile(sample)


@st.composite
def columns(draw: st.DrawFn) -> tuple[FieldType, list[str]]:
    field_type = draw(st.sampled_from(list(TEXTS)))
    return field_type, draw(st.lists(st.sampled_from(TEXTS[field_type]), min_size=1, max_size=20))


@given(
    column=columns(),
    order=st.randoms(use_true_random=False),
    piece=st.integers(1, 5),
    most_distinct=st.integers(1, 12),
)
def test_it_does_not_depend_on_the_order_nor_on_the_pieces(
    column: tuple[FieldType, list[str]], order: Random, piece: int, most_distinct: int
) -> None:
    field_type, texts = column
    whole = profile_of(texts, field_type, most_distinct=most_distinct)
    order.shuffle(texts)
    tally = ColumnTally(field_type, most_distinct=most_distinct)

    for start in range(0, len(texts), piece):
        part = texts[start : start + piece]
        if tally.is_counting:
            tally.count(Counter(part))
        else:
            tally.note(part)

    assert tally.profile(()) == whole


@given(column=columns(), most_distinct=st.sampled_from([1, 1000]))
def test_the_extremes_are_those_of_the_values(
    column: tuple[FieldType, list[str]], most_distinct: int
) -> None:
    field_type, texts = column
    profile = profile_of(texts, field_type, most_distinct=most_distinct)
    value_type = profile.inferred_type or field_type
    if value_type not in ORDER_OF:
        assert (profile.minimum, profile.maximum) == (None, None)
        return

    def key(text: str) -> object:
        parsed = NARROW_TYPES[value_type].parse_text(text) if value_type in NARROW_TYPES else text
        assert not isinstance(parsed, Misfit)
        return comparable(parsed)

    ordered = sorted(texts, key=lambda text: (key(text), text))
    for shown, text in ((profile.minimum, ordered[0]), (profile.maximum, ordered[-1])):
        assert shown is not None
        if len(text) <= 100:
            assert shown == text
        elif value_type is FieldType.NUMBER:
            assert shown.endswith("…")
            assert f"{Decimal(shown[:-1]):.40E}" == f"{_SHORT.create_decimal(text):.40E}"
        else:
            assert shown == text[:100] + "…"


def test_distinct_values_are_counted_exactly_up_to_the_bound_and_no_further() -> None:
    texts = [str(number) for number in range(1000)]

    exact, beyond = profile_of([*texts, "0"]), profile_of([*texts, "0", "x"])

    assert (exact.distinct.count, exact.distinct.is_exact) == (1000, True)
    assert (beyond.distinct.count, beyond.distinct.is_exact) == (1000, False)
    assert len(exact.top) == 10
    assert exact.top[0] == TopValue(value="0", count=2)
    assert beyond.top == ()


def test_the_most_frequent_values_come_first_and_equals_in_the_order_of_their_texts() -> None:
    profile = profile_of(["b", "a", "c", "c", "é"])

    assert [top.value for top in profile.top] == ["c", "a", "b", "é"]


def test_long_texts_are_told_apart_and_shown_cut() -> None:
    profile = profile_of(["x" * 150 + "a", "x" * 150 + "b", "x" * 150 + "b"])

    assert profile.distinct.count == 2
    assert [(top.value, top.count) for top in profile.top] == [
        ("x" * 100 + "…", 2),
        ("x" * 100 + "…", 1),
    ]
    assert profile.minimum == "x" * 100 + "…"
    assert (profile.min_length, profile.max_length) == (151, 151)


@pytest.mark.parametrize(
    ("texts", "inferred"),
    [
        (["1", "-2", "+3"], FieldType.INTEGER),
        (["1", "2.5"], FieldType.NUMBER),
        (["1", "9" * 30], FieldType.NUMBER),
        (["007", "008"], FieldType.STRING),
        (["0", "1"], FieldType.INTEGER),
        (["true", "0"], FieldType.BOOLEAN),
        (["2024-01-31"], FieldType.DATE),
        (["2024-02-30"], FieldType.STRING),
        (["2024-01-31T12:00:00Z"], FieldType.DATETIME),
        (["12:00:00", "13:00:00+01:00"], FieldType.TIME),
        (["12:00:00", "1"], FieldType.STRING),
        (["1\n2"], FieldType.STRING),
        ([], None),
    ],
)
def test_a_column_without_a_type_has_the_narrowest_that_fits_all_values(
    texts: list[str], inferred: FieldType | None
) -> None:
    assert profile_of(texts).inferred_type == inferred


@given(
    field_type=st.sampled_from(list(NARROW_TYPES)),
    texts=st.lists(
        st.sampled_from([text for texts in TEXTS.values() for text in texts])
        | st.text("0123456789-:.TZ\n", max_size=12)
    ),
)
def test_what_fits_together_fits_one_by_one(field_type: FieldType, texts: list[str]) -> None:
    assert all_fit(field_type, texts) == all(fits(field_type, text) for text in texts)


@pytest.mark.parametrize(
    ("kinds", "texts", "inferred"),
    [
        (["a string"], ["1"], FieldType.STRING),
        (["a string"], ["2024-01-31"], FieldType.DATE),
        (["a number"], ["1"], FieldType.INTEGER),
        (["a boolean"], ["true"], FieldType.BOOLEAN),
        (["a number", "a string"], ["1", "1"], FieldType.ANY),
        (["an array"], ["[1]"], FieldType.ANY),
    ],
)
def test_in_json_a_string_is_no_number(
    kinds: list[str], texts: list[str], inferred: FieldType
) -> None:
    tally = ColumnTally(FieldType.ANY)
    tally.count(Counter(texts))
    tally.note_kinds(kinds)

    assert tally.profile(()).inferred_type is inferred


@pytest.mark.parametrize(
    ("field_type", "texts", "counts"),
    [
        (FieldType.INTEGER, ["1", "2", "2", "4"], (1, 2, 0, 1)),
        (FieldType.INTEGER, ["7", "7"], (2,)),
        (FieldType.INTEGER, ["-9223372036854775808", "9223372036854775807"], (1, *[0] * 18, 1)),
        (FieldType.NUMBER, ["0", "0.04", "0.06", "1"], (2, 1, *[0] * 17, 1)),
        (FieldType.NUMBER, ["-1E+308", "1E+308"], (1, *[0] * 18, 1)),
        (FieldType.NUMBER, ["0", "5E-324"], (1, *[0] * 18, 1)),
        (FieldType.NUMBER, ["1", "1.00000000000000000001"], (2,)),
        (FieldType.DATE, ["2024-02-28", "2024-03-01"], (1, 0, 1)),
        (FieldType.YEAR, ["1999", "2001"], (1, 0, 1)),
        (FieldType.TIME, ["00:00:00", "23:59:59"], (1, *[0] * 18, 1)),
    ],
)
def test_a_histogram_divides_the_range_into_equal_parts(
    field_type: FieldType, texts: list[str], counts: tuple[int, ...]
) -> None:
    profile = profile_of(texts, field_type, sample=[*texts, None])

    assert profile.histogram == Histogram(rows=len(texts) + 1, counts=counts)


@given(texts=st.lists(st.floats(allow_nan=False, allow_infinity=False).map(str), min_size=1))
def test_a_histogram_has_a_place_for_every_number(texts: list[str]) -> None:
    profile = profile_of(texts, FieldType.NUMBER, sample=texts)

    assert profile.histogram is not None
    assert sum(profile.histogram.counts) == len(texts)


def test_texts_have_lengths_and_no_histogram() -> None:
    profile = profile_of(["a", "bcd"], FieldType.STRING, sample=["a", "bcd"])

    assert (profile.min_length, profile.max_length, profile.histogram) == (1, 3, None)


@given(
    rows=st.integers(0, 200),
    most_rows=st.integers(1, 50),
    pieces=st.lists(st.integers(1, 40), min_size=1),
)
def test_the_sample_does_not_depend_on_how_rows_come(
    rows: int, most_rows: int, pieces: list[int]
) -> None:
    sample = RowSample(most_rows=most_rows)
    ordinals = list(range(rows))
    expected = sorted(ordinals, key=row_hash)[:most_rows]

    while ordinals:
        pieces.append(pieces.pop(0))
        part, ordinals = ordinals[: pieces[0]], ordinals[pieces[0] :]
        part = [ordinal for ordinal in part if row_hash(ordinal) < sample.bound]
        sample.add([row_hash(it) for it in part], [[str(it) for it in part]])

    assert sample.columns() == ([tuple(map(str, expected))] if rows else [])


def test_the_sample_is_scattered_as_by_splitmix64() -> None:
    assert row_hash(1) == 0xE220A8397B1DCDAF


def test_dates_of_the_sample_are_days_apart() -> None:
    days = [date(2024, 1, 1).replace(day=day).isoformat() for day in range(1, 31)]

    assert profile_of(days, FieldType.DATE, sample=days).histogram == Histogram(
        rows=30, counts=tuple([2, 1] * 10)
    )
