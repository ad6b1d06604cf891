"""Uniqueness is exact, in memory and beyond it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.keys import key_indexes


@given(
    keys=st.lists(st.binary(max_size=3), max_size=40),
    memory_bytes=st.sampled_from([0, 500, 1 << 20]),
)
def test_a_key_belongs_to_the_first_row_that_claimed_it(
    keys: list[bytes], memory_bytes: int
) -> None:
    first_rows: dict[bytes, int] = {}
    with key_indexes(memory_bytes=memory_bytes) as new_key_index:
        index = new_key_index()

        for row, key in enumerate(keys, start=1):
            assert index.claim(key, row) == first_rows.get(key)
            first_rows.setdefault(key, row)


@given(
    batches=st.lists(st.lists(st.binary(max_size=3), max_size=9), max_size=8),
    memory_bytes=st.sampled_from([0, 500, 1500, 1 << 20]),
)
def test_keys_that_are_claimed_together_belong_to_their_first_rows(
    batches: list[list[bytes]], memory_bytes: int
) -> None:
    first_rows: dict[bytes, int] = {}
    row = 0
    with key_indexes(memory_bytes=memory_bytes) as new_key_index:
        index = new_key_index()

        for keys in batches:
            rows = list(range(row + 1, row + 1 + len(keys)))
            row += len(keys)
            expected = list(map(first_rows.setdefault, keys, rows))
            assert list(index.claim_all(keys, rows)) == expected


def test_keys_beyond_the_memory_are_noticed_however_many_are_claimed_together(
    tmp_path: Path,
) -> None:
    keys = [b"%d" % number for number in range(5000)]
    with key_indexes(memory_bytes=1000, scratch=tmp_path) as new_key_index:
        index = new_key_index()

        assert index.claim_all(keys, range(5000)) == list(range(5000))
        assert index.claim_all(keys[::-1], range(5000, 10_000)) == list(range(4999, -1, -1))
        assert list(tmp_path.iterdir())


def test_indexes_share_nothing_but_their_memory() -> None:
    with key_indexes(memory_bytes=400) as new_key_index:
        small, large = new_key_index(), new_key_index()
        assert small.claim(b"x", 1) is None

        spilled = [large.claim(b"%d" % row, row) for row in range(1, 100)]
        after = small.claim(b"y", 2)

        assert spilled == [None] * 99
        assert after is None
        assert (small.claim(b"x", 3), large.claim(b"7", 200), large.claim(b"x", 201)) == (
            1,
            7,
            None,
        )


def test_nothing_stays_on_disk(tmp_path: Path) -> None:
    with key_indexes(memory_bytes=0, scratch=tmp_path) as new_key_index:
        new_key_index().claim(b"x", 1)
        new_key_index().claim(b"x", 1)
        assert list(tmp_path.iterdir())

    assert not list(tmp_path.iterdir())


def test_nothing_stays_on_disk_after_a_failure(tmp_path: Path) -> None:
    def fail() -> None:
        with key_indexes(memory_bytes=0, scratch=tmp_path) as new_key_index:
            new_key_index().claim(b"x", 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert not list(tmp_path.iterdir())
