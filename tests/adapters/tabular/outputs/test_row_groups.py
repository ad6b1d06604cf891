"""Groups of rows are cut by the rows alone."""

from itertools import pairwise
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.outputs.row_groups import RowGroups

NAMES = ("a", "b")
ROWS = st.lists(st.tuples(st.none() | st.text(max_size=9), st.text(max_size=3)), max_size=30)


def grouped(
    pieces: list[list[tuple[str | None, str]]], groups: RowGroups
) -> list[list[tuple[Any, ...]]]:
    found = []
    for piece in pieces:
        table = pl.DataFrame(piece, schema=dict.fromkeys(NAMES, pl.String), orient="row")
        found += [group.rows() for group in groups.add(table)]
    return [rows for rows in (*found, groups.rest().rows()) if rows]


@given(rows=ROWS, cuts=st.lists(st.integers(0, 30), max_size=5))
def test_the_pieces_in_which_rows_come_change_nothing(
    rows: list[tuple[str | None, str]], cuts: list[int]
) -> None:
    bounds = [0, *sorted(cuts), len(rows)]
    pieces = [rows[start:end] for start, end in pairwise(bounds)]

    found = grouped(pieces, RowGroups(NAMES, most_rows=7, most_bytes=20))

    assert found == grouped([rows], RowGroups(NAMES, most_rows=7, most_bytes=20))
    assert [row for group in found for row in group] == rows
    sizes = [[sum(len((text or "").encode()) for text in row) for row in group] for group in found]
    for group in sizes[:-1]:
        assert len(group) == 7 or sum(group) >= 20
        assert len(group) <= 7
        assert sum(group[:-1]) < 20


def test_wide_rows_make_small_groups() -> None:
    names = [f"c{at}" for at in range(2000)]
    table = pl.DataFrame({name: ["x"] * 1100 for name in names})

    groups = [group.height for group in RowGroups(names).add(table)]

    assert groups == [262] * 4


def test_groups_of_wide_tables_grow_so_that_there_are_not_too_many() -> None:
    names = [f"c{at}" for at in range(20_000)]
    table = pl.DataFrame({name: ["x"] * 300 for name in names})

    groups = [group.height for group in RowGroups(names).add(table)]

    assert groups == [26, 26, 26, 52, 52, 104]
