"""Which records are judged at once, and that the work can be watched and stopped."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapters.tabular.csv_table import CsvTable
from adapters.tabular.decoding import decode
from adapters.tabular.fast.clean_records import clean_records
from adapters.tabular.keys import key_indexes
from adapters.tabular.limits import Limits
from adapters.tabular.table import AcceptedRows, TableRow
from application.errors import ProcessingStoppedError
from domain.processing_options import ProcessingOptions
from domain.progress import Progress
from domain.schema import Schema
from tests.adapters.tabular.mill import mill, schema_of

AT_ONCE = replace(Limits(), fast_from_bytes=0)


def rows_of(
    content: bytes, *, schema: Schema | None = None, limits: Limits = AT_ONCE
) -> list[TableRow | AcceptedRows]:
    def opened() -> Iterator[bytes]:
        return iter((content,))

    with key_indexes(memory_bytes=1 << 20) as new_key_index:
        table = CsvTable(
            decode(opened(), declared="utf-8", block_bytes=limits.block_bytes),
            sample=decode(opened(), declared="utf-8", block_bytes=limits.block_bytes),
            schema=schema,
            options=ProcessingOptions(),
            limits=limits,
            new_key_index=new_key_index,
            is_large=True,
        )
        return list(table.rows())


def accepted_texts(rows: list[TableRow | AcceptedRows]) -> list[bytes]:
    assert all(isinstance(row, AcceptedRows) for row in rows)
    return [
        clean_records(row.texts, missing=[""] * row.texts.width)
        for row in rows
        if isinstance(row, AcceptedRows)
    ]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_plain_records_are_accepted_at_once(line_end: bytes) -> None:
    records = [b"id,name", b"1,a", b'2,"b, c"', b'"3",', b'4,"two\nlines"', b"5,\xc3\xa9"]

    rows = rows_of(line_end.join(records))

    written = 'a\r\n2,"b, c"\r\n3,\r\n4,"two\nlines"\r\n5,é\r\n'
    assert accepted_texts(rows) == [b"1," + written.encode()]


def test_records_with_empty_cells_below_no_name_are_accepted_at_once() -> None:
    rows = rows_of(b"id,name,,\n1,a,,\n2,b,,\n")

    assert accepted_texts(rows) == [b"1,a\r\n2,b\r\n"]


@pytest.mark.parametrize(
    "bad", [b"x,b", b"2", b"2,b,c", b"2,\0", b"2,\xff", b"2," + b"b" * 11, b""]
)
def test_a_bad_row_does_not_keep_its_neighbours_from_being_accepted_at_once(bad: bytes) -> None:
    schema = schema_of({"name": "id", "type": "integer"}, {"name": "name", "type": "string"})

    other, accepted = rows_of(
        b"id,name\n1,a\n" + bad + b"\n3,c\n", schema=schema, limits=replace(AT_ONCE, cell_bytes=10)
    )

    assert isinstance(other, TableRow)
    assert (other.row, other.line) == (2, 3)
    assert accepted_texts([accepted]) == [b"1,a\r\n3,c\r\n"]


def test_an_unusual_spelling_keeps_its_place_among_the_usual_ones() -> None:
    schema = schema_of({"name": "id", "type": "integer"}, {"name": "name", "type": "string"})

    rows = rows_of(b"id,name\n1,a\n+007,b\n3,c\n", schema=schema)

    assert accepted_texts(rows) == [b"1,a\r\n7,b\r\n3,c\r\n"]


def test_a_key_that_was_there_before_is_told_by_the_first_row() -> None:
    schema = schema_of({"name": "id", "type": "integer"}, primaryKey=["id"])

    rejected, accepted = rows_of(b"id\n1\n2\n1\n+2\n3\n", schema=schema)[-2:]

    assert isinstance(rejected, TableRow)
    assert rejected.checked is not None
    assert [error.message for error in rejected.checked.errors] == [
        '"+2" was there before: the key "id" of row 2'
    ]
    assert accepted_texts([accepted]) == [b"1\r\n2\r\n3\r\n"]


def test_after_a_doubt_records_are_accepted_at_once_again() -> None:
    plain = b"1,a\n" * 1000

    rows = rows_of(b"id,name\n" + plain + b'1,b"c\n' + plain)

    at_once = sum(row.count for row in rows if isinstance(row, AcceptedRows))
    assert at_once == 2000
    assert len([row for row in rows if isinstance(row, TableRow)]) == 1


def test_many_doubts_do_not_make_the_others_be_read_one_by_one() -> None:
    part = b"1,a\n" * 1000 + b'1,b"c\n'

    rows = rows_of(b"id,name\n" + part * 20, limits=replace(AT_ONCE, fast_chunk_bytes=1 << 16))

    at_once = sum(row.count for row in rows if isinstance(row, AcceptedRows))
    assert at_once > 19_000


@pytest.mark.parametrize("plain", [b"5,6\n", b'5,"6"\n', b'5,"""6"\r\n'])
def test_after_a_quote_that_is_never_closed_records_are_accepted_at_once_again(
    plain: bytes,
) -> None:
    rows = rows_of(b'a,b\n1,2\n3,"4\n' + plain * 20_000)

    at_once = sum(row.count for row in rows if isinstance(row, AcceptedRows))
    assert at_once > 19_000


def test_the_work_is_watched_chunk_by_chunk() -> None:
    content = b"id,name\n" + b"1,a\n" * 300_000
    seen: list[Progress] = []

    mill(content, limits=AT_ONCE, chunk_bytes=10_000, progress=seen.append)

    assert seen[-1] == Progress(bytes_read=len(content), rows_read=300_000)
    assert len({progress.rows_read for progress in seen}) > 3


def test_the_work_stops_between_chunks() -> None:
    rows_seen: list[int] = []

    def watch(progress: Progress) -> None:
        rows_seen.append(progress.rows_read)

    with pytest.raises(ProcessingStoppedError):
        mill(
            b"id,name\n" + b"1,a\n" * 200_000,
            limits=AT_ONCE,
            chunk_bytes=10_000,
            progress=watch,
            should_stop=lambda: bool(rows_seen) and rows_seen[-1] > 0,
        )

    assert 0 < rows_seen[-1] < 200_000
