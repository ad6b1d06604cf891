"""Bytes taken by chunks and by lines, in turn."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.csv_source import CsvSource
from adapters.tabular.physical_lines import physical_lines

CONTENT = st.lists(st.sampled_from([b"a", b"bc", b"\r", b"\n", b"\r\n"]), max_size=30).map(b"".join)


def blocks_of(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


@given(content=CONTENT, block_bytes=st.integers(1, 9), max_bytes=st.integers(2, 9))
def test_lines_are_those_of_physical_lines(
    content: bytes, block_bytes: int, max_bytes: int
) -> None:
    source = CsvSource(blocks_of(content, block_bytes))

    lines = list(source.lines(max_bytes=max_bytes))

    assert lines == list(physical_lines(iter((content,)), max_bytes=max_bytes))
    assert source.position == len(content)


@given(
    content=CONTENT,
    block_bytes=st.integers(1, 9),
    steps=st.lists(st.none() | st.tuples(st.integers(1, 9), st.integers(0, 9)), max_size=20),
)
def test_every_byte_is_handed_out_once(
    content: bytes, block_bytes: int, steps: list[tuple[int, int] | None]
) -> None:
    source = CsvSource(blocks_of(content, block_bytes))
    lines = source.lines(max_bytes=1000)
    taken = b""

    for step in steps:
        if step is None:
            line = next(lines, None)
            taken += b"" if line is None else line.content
        else:
            size, part = step
            chunk, is_last = source.ahead(size)
            assert chunk == content[len(taken) : len(taken) + size]
            assert is_last == (len(taken) + size >= len(content))
            part = min(part, len(chunk))
            source.take(part)
            taken += chunk[:part]
        assert source.position == len(taken)

    assert taken == content[: len(taken)]


@given(
    content=st.lists(st.sampled_from([b"a", b'"', b"\n", b"\r", b"\r\n"]), max_size=30).map(
        b"".join
    ),
    block_bytes=st.integers(1, 20),
    most_bytes=st.integers(0, 40),
)
def test_even_lines_are_the_next_lines_as_far_as_their_quotes_are_even(
    content: bytes, block_bytes: int, most_bytes: int
) -> None:
    source = CsvSource(blocks_of(content, block_bytes))
    source.ahead(block_bytes)

    even = source.take_even_lines(most_bytes)

    lines = list(CsvSource(blocks_of(even, 1 << 20)).lines(max_bytes=100))
    rest = list(source.lines(max_bytes=100))
    expected = list(CsvSource(blocks_of(content, 1 << 20)).lines(max_bytes=100))
    assert lines + rest == expected
    assert all(line.content.count(b'"') % 2 == 0 for line in lines)
    assert len(even) <= most_bytes


def test_even_lines_are_taken_up_to_the_first_that_is_odd() -> None:
    source = CsvSource(blocks_of(b'a\r\n"b"\n\n"c\nd\n', 100))
    source.ahead(1)

    assert source.take_even_lines(100) == b'a\r\n"b"\n\n'
    assert source.take_even_lines(100) == b""


def test_what_was_given_back_is_taken_again() -> None:
    source = CsvSource(blocks_of(b"a\nb\nc\n", 3))
    lines = source.lines(max_bytes=10)
    taken = next(lines).content + next(lines).content

    source.give_back(taken)

    assert source.position == 0
    assert [line.content for line in lines] == [b"a\n", b"b\n", b"c\n"]
