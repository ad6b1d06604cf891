"""Keys: equal bytes exactly for equal values."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.key_index import encode_key
from domain.values.base import Value

EAST = timezone(timedelta(hours=2))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3)
    | st.dates()
)


def meaning(value: object) -> object:
    """The value with its kind, since to Python true is 1 and 1 is 1.0."""
    if isinstance(value, float):
        value = Decimal(repr(value))
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return ("number" if is_number else type(value), value)


@given(st.lists(SCALARS, max_size=3), st.lists(SCALARS, max_size=3))
def test_keys_are_equal_exactly_when_the_values_are(one: list[Value], other: list[Value]) -> None:
    are_equal = list(map(meaning, one)) == list(map(meaning, other))

    assert (encode_key(one) == encode_key(other)) == are_equal


@given(st.decimals(allow_nan=False, allow_infinity=False), st.integers(0, 5))
def test_trailing_zeros_make_no_other_number(value: Decimal, zeros: int) -> None:
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    longer = Decimal((sign, digits + (0,) * zeros, exponent - zeros))

    assert encode_key([longer]) == encode_key([value])


def test_a_zero_is_a_zero() -> None:
    zeros: list[Value] = [0, -0.0, Decimal("0.00"), Decimal("-0E+5")]

    assert len({encode_key([zero]) for zero in zeros}) == 1


def test_the_boundary_between_parts_is_kept() -> None:
    assert encode_key(["a", "bc"]) != encode_key(["ab", "c"])
    assert encode_key(["a", None]) != encode_key(["a", ""])
    assert encode_key([["a", "b"]]) != encode_key(["a", "b"])


def test_a_moment_is_its_instant_and_counts_as_utc_without_an_offset() -> None:
    utc = datetime(2024, 1, 1, 12, tzinfo=UTC)

    assert encode_key([utc]) == encode_key([utc.astimezone(EAST)])
    assert encode_key([utc]) == encode_key([utc.replace(tzinfo=None)])
    midnight = datetime(2024, 1, 2, tzinfo=EAST)
    assert encode_key([midnight]) == encode_key([midnight.astimezone(UTC)])
    assert encode_key([utc]) != encode_key([utc.replace(tzinfo=EAST)])
    assert encode_key([date(2024, 1, 1)]) != encode_key([datetime(2024, 1, 1, tzinfo=UTC)])
    assert encode_key([time(12, tzinfo=UTC)]) == encode_key([time(14, tzinfo=EAST)])


def test_the_first_moment_of_all_has_a_key_in_every_offset() -> None:
    assert encode_key([datetime(1, 1, 1, tzinfo=EAST)]) != encode_key(
        [datetime(1, 1, 1, tzinfo=UTC)]
    )


def test_objects_are_equal_in_any_order_of_their_members() -> None:
    assert encode_key([{"a": 1, "b": [1.0]}]) == encode_key([{"b": [Decimal(1)], "a": 1}])
    assert encode_key([{"a": 1}]) != encode_key([{"a": "1"}])
    assert encode_key([{"a": 1, "b": 2}]) != encode_key([{"a": 2, "b": 1}])
