"""Records are the same, whether lines come one by one or many at once."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.csv_reader import CsvReader
from adapters.tabular.csv_source import CsvSource
from adapters.tabular.faults import not_text
from adapters.tabular.limits import Limits
from adapters.tabular.physical_lines import PhysicalLine, physical_lines

PIECES = [b"a", b",", b'"', b'""', b'"b"', b"\n", b"\n", b"\r", b"\r\n", b"c" * 20]


def reader(lines: Iterator[PhysicalLine], limits: Limits) -> CsvReader:
    return CsvReader(lines, delimiter=",", undecodable=not_text("UTF-8"), limits=limits)


@given(
    content=st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join),
    block_bytes=st.integers(1, 60),
    record_bytes=st.integers(5, 60),
)
def test_lines_that_are_taken_at_once_make_the_same_records(
    content: bytes, block_bytes: int, record_bytes: int
) -> None:
    limits = Limits(record_bytes=record_bytes)
    blocks = (content[start : start + block_bytes] for start in range(0, len(content), block_bytes))
    source = CsvSource(blocks)
    source.ahead(block_bytes)

    at_once = reader(source.lines(max_bytes=limits.line_bytes), limits)
    one_by_one = reader(physical_lines(iter((content,)), max_bytes=limits.line_bytes), limits)

    assert list(at_once) == list(one_by_one)
    assert at_once.line == one_by_one.line


@given(
    content=st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join),
    record_bytes=st.integers(5, 60),
)
def test_another_reader_can_go_on_with_what_is_unread(content: bytes, record_bytes: int) -> None:
    limits = Limits(record_bytes=record_bytes)
    source = CsvSource(iter((content,)))
    records = []
    line = 0

    while source.ahead(1)[0]:
        one = CsvReader(
            source.lines(max_bytes=limits.line_bytes),
            delimiter=",",
            undecodable=not_text("UTF-8"),
            limits=limits,
            line=line,
        )
        for record in one:
            records.append(record)
            unread = one.unread()
            if unread is not None:
                source.give_back(unread)
                break
        line = one.line

    whole = reader(physical_lines(iter((content,)), max_bytes=limits.line_bytes), limits)
    assert records == list(whole)
