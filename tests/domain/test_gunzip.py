"""What is inside gzip, as far as it is intact, however the stream arrives."""

import gzip
import random
import zlib
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.gunzip import BLOCK_BYTES, Gunzip, GzipFault

# Without the time of day, by which every run would be another.
packed = partial(gzip.compress, mtime=0)

PLENTY = 1 << 30
CONTENT = b"".join(b"%d,row %d\n" % (n * n, n) for n in range(300))
STREAM = packed(CONTENT)


def expand(
    stream: bytes, *, chunk_bytes: int = PLENTY, most_bytes: int = PLENTY
) -> tuple[bytes, GzipFault | None]:
    chunks = (stream[at : at + chunk_bytes] for at in range(0, len(stream), chunk_bytes))
    expanded = Gunzip(chunks, most_bytes=most_bytes)
    blocks = list(expanded)
    assert max(map(len, blocks), default=0) <= BLOCK_BYTES
    return b"".join(blocks), expanded.fault


@given(
    members=st.lists(st.binary(max_size=300), min_size=1, max_size=4),
    level=st.integers(0, 9),
    padding=st.integers(0, 20),
    chunk_bytes=st.integers(1, 50),
)
def test_members_after_one_another_are_one_content(
    members: list[bytes], level: int, padding: int, chunk_bytes: int
) -> None:
    stream = b"".join(packed(member, level) for member in members) + b"\0" * padding

    assert expand(stream, chunk_bytes=chunk_bytes) == (b"".join(members), None)


def test_much_comes_in_blocks() -> None:
    content = b"0" * 10_000_000

    assert expand(packed(content)) == (content, None)
    assert expand(packed(content), chunk_bytes=1) == (content, None)


def test_a_header_may_hold_a_name_a_comment_and_more() -> None:
    flags = 0b11111
    fields = b"\x03\x00abc" + b"name\0" + b"comment\0"
    header = STREAM[:3] + bytes([flags]) + STREAM[4:10] + fields
    header += (zlib.crc32(header) & 0xFFFF).to_bytes(2, "little")

    assert expand(header + STREAM[10:]) == (CONTENT, None)


@pytest.mark.parametrize("end", range(3, len(STREAM), 7))
def test_a_stream_that_ends_early_gives_what_there_is(end: int) -> None:
    content, fault = expand(STREAM[:end])

    assert CONTENT.startswith(content)
    assert fault == GzipFault(offset=end, reason="it ends too early")
    assert expand(STREAM[:end], chunk_bytes=5) == (content, fault)


@pytest.mark.parametrize("at", range(3, len(STREAM), 5))
def test_a_damaged_stream_gives_the_same_however_it_arrives(at: int) -> None:
    damaged = bytearray(STREAM)
    damaged[at] ^= 0x55

    content, fault = expand(bytes(damaged))

    for chunk_bytes in (1, 2, 7, 64, 1000):
        assert expand(bytes(damaged), chunk_bytes=chunk_bytes) == (content, fault)
    # The flags, the time, the level and the system of the header mean nothing here.
    if at >= 10:
        assert fault is not None
        assert fault.offset <= len(STREAM)


@given(data=st.data(), chunk_bytes=st.integers(1, 3000))
def test_a_large_damaged_stream_does_not_either(data: st.DataObject, chunk_bytes: int) -> None:
    randomness = random.Random(7)
    content = b"".join(b"%d," % randomness.randrange(10**6) for _ in range(20_000))
    damaged = bytearray(packed(content, 1))
    at = data.draw(st.integers(10, len(damaged) - 1))
    damaged[at] ^= data.draw(st.integers(1, 255))

    found, fault = expand(bytes(damaged))

    assert expand(bytes(damaged), chunk_bytes=chunk_bytes) == (found, fault)


def test_a_checksum_that_is_another_is_told_after_all_content() -> None:
    damaged = STREAM[:-8] + b"\0\0\0\0" + STREAM[-4:]

    content, fault = expand(damaged)

    assert content == CONTENT
    assert fault is not None
    assert fault.reason == "its checksum does not match"


@pytest.mark.parametrize("garbage", [b"x", b"\1\2\3\4\5", b"\0\0x", b"\x1f\x8b\x09\0" * 9])
def test_what_follows_and_is_no_gzip_is_a_fault(garbage: bytes) -> None:
    content, fault = expand(STREAM + garbage)

    assert content == CONTENT
    assert fault is not None
    padding = len(garbage) - len(garbage.lstrip(b"\0"))
    at = len(STREAM) + padding
    ends = GzipFault(offset=at + 1, reason="it ends too early")
    assert fault in (GzipFault(offset=at, reason="what follows is no gzip"), ends)
    assert expand(STREAM + garbage, chunk_bytes=1) == (content, fault)


@pytest.mark.parametrize("chunk_bytes", [1, 100, PLENTY])
@pytest.mark.parametrize("stream", [STREAM, packed(CONTENT) + packed(b"x" * 99)])
def test_no_more_than_may_be_is_expanded(stream: bytes, chunk_bytes: int) -> None:
    whole, _ = expand(stream)

    for most_bytes in (0, 1, 100, len(whole) - 1):
        content, fault = expand(stream, chunk_bytes=chunk_bytes, most_bytes=most_bytes)

        assert content == whole[:most_bytes]
        assert fault is not None
        assert fault.is_too_much
    assert expand(stream, chunk_bytes=chunk_bytes, most_bytes=len(whole)) == (whole, None)
