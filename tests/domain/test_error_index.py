"""Where the errors stand is known exactly, in little memory."""

import json
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from domain.error_index import ErrorIndex, ErrorIndexBuilder, ErrorKind

KINDS: list[ErrorKind] = [("required", "name"), ("enum", "colour"), ("extra_cell", None)]
written = st.tuples(st.sampled_from(KINDS), st.integers(min_value=1, max_value=300))


def index_of(
    errors: list[tuple[ErrorKind, int]], *, most_blocks: int = 1000, most_counts: int = 1000
) -> ErrorIndex | None:
    builder = ErrorIndexBuilder(
        errors_per_block=3, most_blocks=most_blocks, most_counts=most_counts
    )
    for kind, size in errors:
        builder.add(kind, size=size)
    return builder.build()


def test_few_errors_need_no_index() -> None:
    assert index_of([(KINDS[0], 10)] * 2) is None
    assert index_of([(KINDS[0], 10)] * 3) is not None


def test_the_last_block_may_be_smaller() -> None:
    index = index_of([(KINDS[0], 10)] * 5)

    assert index is not None
    assert [(block.start, block.size) for block in index.blocks] == [(0, 30), (30, 20)]


@given(
    errors=st.lists(written, min_size=3),
    most_blocks=st.integers(min_value=1, max_value=8),
    most_counts=st.integers(min_value=1, max_value=8),
)
def test_blocks_hold_every_error_once_and_are_few(
    errors: list[tuple[ErrorKind, int]], most_blocks: int, most_counts: int
) -> None:
    index = index_of(errors, most_blocks=most_blocks, most_counts=most_counts)

    assert index is not None
    assert len(index.blocks) <= most_blocks + 1
    at, end = 0, 0
    for block in index.blocks:
        count = sum(block.counts.values())
        inside = errors[at : at + count]
        assert block.start == end
        assert block.size == sum(size for _, size in inside)
        assert block.counts == Counter(kind for kind, _ in inside)
        at, end = at + count, end + block.size
    assert at == len(errors)


@given(errors=st.lists(written, min_size=3))
def test_an_index_that_was_stored_is_the_same(errors: list[tuple[ErrorKind, int]]) -> None:
    index = index_of(errors)

    assert index is not None
    assert ErrorIndex.from_json(json.loads(json.dumps(index.to_json()))) == index


def test_totals_are_in_the_order_of_the_first_errors() -> None:
    index = index_of([(KINDS[1], 1), (KINDS[0], 1), (KINDS[1], 1), (KINDS[2], 1)])

    assert index is not None
    assert list(index.totals.items()) == [(KINDS[1], 2), (KINDS[0], 1), (KINDS[2], 1)]
