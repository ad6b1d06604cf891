"""Content is cut into parts that every storage takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.part_plan import MOST_PARTS, PART_BYTES, PartPlan

MIB = 1024 * 1024


@given(st.integers(1, 5 * 1024**4))
def test_the_parts_add_up_and_are_neither_too_many_nor_too_small(size_bytes: int) -> None:
    plan = PartPlan.of(size_bytes)

    assert 1 <= plan.count <= MOST_PARTS
    assert plan.part_bytes >= PART_BYTES
    whole = (plan.count - 1) * plan.bytes_of(1) if plan.count > 1 else 0
    assert whole + plan.bytes_of(plan.count) == size_bytes
    assert 1 <= plan.bytes_of(plan.count) <= plan.part_bytes


@pytest.mark.parametrize(
    ("size_bytes", "count", "part_bytes"),
    [
        (1, 1, PART_BYTES),
        (PART_BYTES, 1, PART_BYTES),
        (PART_BYTES + 1, 2, PART_BYTES),
        (5_000_000_000, 597, PART_BYTES),
        (MOST_PARTS * PART_BYTES, MOST_PARTS, PART_BYTES),
        (MOST_PARTS * PART_BYTES + 1, 8889, 9 * MIB),
    ],
)
def test_parts_grow_where_there_would_be_too_many(
    size_bytes: int, count: int, part_bytes: int
) -> None:
    plan = PartPlan.of(size_bytes)

    assert (plan.count, plan.part_bytes) == (count, part_bytes)


def test_parts_are_numbered_from_one() -> None:
    plan = PartPlan.of(20, part_bytes=8)

    assert [number for number in range(-1, 6) if plan.has(number)] == [1, 2, 3]
    assert [plan.bytes_of(number) for number in (1, 2, 3)] == [8, 8, 4]
