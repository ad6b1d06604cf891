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
