"""Records found all at once, against the reader that finds them one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.csv_reader import CsvReader
from adapters.tabular.fast.scan import MOST_RECORDS, scan
from adapters.tabular.faults import not_text
from adapters.tabular.limits import Limits
from adapters.tabular.physical_lines import physical_lines

LIMITS = Limits(columns=4, record_bytes=30)
PIECES = [b"a", b"b", b",", b",", b'"', b'"x"', b'"a,b"', b'"q""q"', b'"\n"', b"\n", b"\r\n", b"\r"]
CONTENT = st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map(b"".join)


def exact_reader(content: bytes, limits: Limits = LIMITS) -> CsvReader:
    lines = physical_lines(iter((content,)), max_bytes=limits.line_bytes)
    return CsvReader(lines, delimiter=",", undecodable=not_text("UTF-8"), limits=limits)


@given(chunk=CONTENT, following=st.just(b"") | CONTENT)
def test_what_is_found_is_what_the_exact_reader_finds(chunk: bytes, following: bytes) -> None:
    found = scan(chunk, delimiter=",", is_last=not following, limits=LIMITS)
    if found is None:
        return
    reader = exact_reader(chunk + following)
    records = iter(reader)

    for start, end, text_end, cells, line in zip(
        found.starts, found.ends, found.text_ends, found.cells, found.lines, strict=True
    ):
        record = next(records)
        assert not record.faults
        assert record.line == line + 1
        assert record.is_blank == (text_end == start)
        assert record.is_blank or len(record.cells) == cells
        assert next(iter(exact_reader(chunk[start:end]))).cells == record.cells
    assert reader.line == found.line_count


@pytest.mark.parametrize(
    ("chunk", "records"),
    [
        (b"a,b\n1,2\n", 2),
        (b"a,b\n1,2", 2),
        (b'"a\n",b\n1,"2""3"\n', 2),
        (b'"",b\r\n\r\n1,\r2,""', 4),
        (b'a,b\n1,"2\n3,4\n', 1),
        (b'a,b\n1,2"\n3,4\n', 1),
        (b'a,b\n1,"2"3\n4,5\n', 1),
        (b"a,b,c,d,e\n", 0),
        (b"a,b\na,b,c,d,e\n1,2\n", 1),
        (b"a,b\n" + b"x" * 31, 1),
        (b'a"', 0),
    ],
)
def test_records_are_found_up_to_the_first_in_doubt(chunk: bytes, records: int) -> None:
    found = scan(chunk, delimiter=",", is_last=True, limits=LIMITS)

    assert records == (0 if found is None else len(found.ends))


@pytest.mark.parametrize("chunk", [b"a,b\n1,", b'a,b\n1,"2"', b"a,b\n1,2\r", b'a,b\n"1\n'])
def test_what_may_go_on_behind_the_chunk_is_left_to_the_next(chunk: bytes) -> None:
    found = scan(chunk, delimiter=",", is_last=False, limits=LIMITS)

    assert found is not None
    assert found.size == 4


def test_no_more_records_are_found_than_one_look_may_take() -> None:
    found = scan(b"1\n" * (MOST_RECORDS + 1), delimiter=",", is_last=True, limits=LIMITS)

    assert found is not None
    assert len(found.ends) == found.line_count == MOST_RECORDS
