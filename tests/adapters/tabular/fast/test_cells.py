"""Proven records cut by Polars, against the standard library."""

import csv
import io
from random import Random

import pytest

from adapters.tabular.fast.cells import cut_records

PIECES = [
    "a",
    "1",
    ",",
    "\n",
    "\r\n",
    "\r",
    '"',
    '""',
    '\n"x",\n',
    'a,b\n1,"',
    "é",
    "x" * 50,
    "\ufeff",
]
# Large enough that Polars cuts it in parts, at places that it has to find among quotes.
CHUNK_CHARACTERS = 1_000_000


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("seed", range(4))
def test_cells_over_many_lines_are_cut_as_the_standard_library_cuts_them(
    seed: int, line_end: str
) -> None:
    chance = Random(seed)
    width = chance.choice([1, 2, 5])
    cells = ["".join(chance.choices(PIECES, k=chance.randint(1, 30))) for _ in range(300)]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    rows = [chance.choices(cells, k=width) for _ in range(CHUNK_CHARACTERS // (60 * width))]
    writer.writerows(rows)

    table = cut_records(text.getvalue().encode(), count=len(rows), width=width, delimiter=",")

    assert table is not None
    assert table.rows() == [tuple(row) for row in rows]


@pytest.mark.parametrize("width", [1, 3])
def test_empty_cells_are_null_quoted_or_not(width: int) -> None:
    records = b",".join([b'""'] * width) + b"\n" + b",".join([b'"x"', b"", b'""'][:width]) + b"\r\n"

    table = cut_records(records, count=2, width=width, delimiter=",")

    assert table is not None
    assert table.rows() == [(None,) * width, ("x", None, None)[:width]]


@pytest.mark.parametrize("records", [b'1,"2\n', b"1,2,3\n4,5\n", b"\xff,1\n1,2\n", b"1,2\n"])
def test_what_does_not_come_out_as_announced_is_nothing(records: bytes) -> None:
    assert cut_records(records, count=2, width=2, delimiter=",") is None
