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
