"""Groups of rows are cut by the rows alone."""

from itertools import pairwise
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.outputs.row_groups import RowGroups

NAMES = ("a", "b")
SCHEMA = pa.schema([(name, pa.string()) for name in NAMES])
ROWS = st.lists(st.tuples(st.none() | st.text(max_size=9), st.text(max_size=3)), max_size=30)


def grouped(
    pieces: list[list[tuple[str | None, str]]], groups: RowGroups
) -> list[list[tuple[Any, ...]]]:
    found = []
    for piece in pieces:
        columns = [pa.array([row[at] for row in piece], pa.string()) for at in (0, 1)]
        batch = pa.record_batch(columns, schema=SCHEMA)
        found += [rows_of(group) for group in groups.add(batch)]
    return [rows for rows in (*found, rows_of(groups.rest())) if rows]


def rows_of(group: pa.Table) -> list[tuple[Any, ...]]:
    assert all(column.num_chunks <= 1 for column in group.columns)
    return [tuple(row.values()) for row in group.to_pylist()]


@given(rows=ROWS, cuts=st.lists(st.integers(0, 30), max_size=5))
def test_the_pieces_in_which_rows_come_change_nothing(
    rows: list[tuple[str | None, str]], cuts: list[int]
) -> None:
    bounds = [0, *sorted(cuts), len(rows)]
    pieces = [rows[start:end] for start, end in pairwise(bounds)]

    found = grouped(pieces, RowGroups(SCHEMA, most_rows=7, most_bytes=20))

    assert found == grouped([rows], RowGroups(SCHEMA, most_rows=7, most_bytes=20))
    assert [row for group in found for row in group] == rows
    sizes = [[sum(len((text or "").encode()) for text in row) for row in group] for group in found]
    for group in sizes[:-1]:
        assert len(group) == 7 or sum(group) >= 20
        assert len(group) <= 7
        assert sum(group[:-1]) < 20


def test_wide_rows_make_small_groups() -> None:
    names = [f"c{at}" for at in range(2000)]
    batch = pa.record_batch([["x"] * 1100 for _ in names], names=names)

    groups = [group.num_rows for group in RowGroups(batch.schema).add(batch)]

    assert groups == [262] * 4


def test_groups_of_wide_tables_grow_so_that_there_are_not_too_many() -> None:
    names = [f"c{at}" for at in range(20_000)]
    batch = pa.record_batch([["x"] * 300 for _ in names], names=names)

    groups = [group.num_rows for group in RowGroups(batch.schema).add(batch)]

    assert groups == [26, 26, 26, 52, 52, 104]
