"""Compressed content gives what it holds; broken compression a report, never an exception."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.limits import Limits
from application.errors import ProcessingStoppedError
from domain.file_head import Compression
from domain.file_status import Outcome
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.progress import Progress
from tests.adapters.tabular.mill import WHOLE, Milled, mill, schema_of

# Without the time of day, by which every run would be another.
packed = partial(gzip.compress, mtime=0)

CONTENTS = {
    FileType.CSV: b"a,b\n1,x\n2\n\n3,\xc3\xa9\n",
    FileType.JSON: b'[{"a":1,"b":"x"},{"a":},\n{"a":3}]',
    FileType.NDJSON: b'{"a":1,"b":"x"}\n{"a":\n\n{"a":3}\n',
}
# Short rows of digits, so that the stream is long beside what it holds.
ROWS = b"a,b,c\n" + b"".join(b"%d,%d,%d\n" % (n, n * n % 977, n * 7) for n in range(60))
STREAM = packed(ROWS)
COMMA = ProcessingOptions(delimiter=",")


def _code(milled: Milled) -> str | None:
    return None if milled.report.file_error is None else milled.report.file_error.code


def _but_compression(milled: Milled) -> dict[str, object]:
    report = json.loads(milled.results["report.json"])
    return {**milled.results, "report.json": report | {"compression": None}}


@pytest.mark.parametrize("file_type", list(FileType))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_compressed_content_gives_the_results_of_what_it_holds(
    file_type: FileType, encoding: str
) -> None:
    content = CONTENTS[file_type].decode().encode(encoding)

    plain = mill(content, file_type)
    expanded = mill(packed(content), file_type)

    assert expanded.report.compression is Compression.GZIP
    assert json.loads(expanded.results["report.json"])["compression"] == "gzip"
    assert plain.report.compression is None
    assert _but_compression(expanded) == _but_compression(plain)


@pytest.mark.parametrize("chunk_bytes", [1, 13, WHOLE])
def test_several_members_are_one_content(chunk_bytes: int) -> None:
    stream = b"".join(packed(part) for part in (b"a,b\n1", b"", b",2\n3,", b"4\n"))

    milled = mill(stream + b"\0" * 100, chunk_bytes=chunk_bytes)

    assert milled.clean == [["a", "b"], ["1", "2"], ["3", "4"]]


def test_windows_1252_is_recognised_inside() -> None:
    assert mill(packed("a\ncafé\n".encode("cp1252"))).clean == [["a"], ["café"]]


def _cut(end: int) -> bytes:
    return STREAM[:end]


def _flipped(at: int) -> bytes:
    return STREAM[:at] + bytes([STREAM[at] ^ 0x81]) + STREAM[at + 1 :]


@pytest.mark.parametrize("make", [_cut, _flipped], ids=["cut short", "damaged"])
@pytest.mark.parametrize("at", range(3, len(STREAM), 11))
def test_a_broken_stream_is_told_and_adds_up_however_it_arrives(
    make: Callable[[int], bytes], at: int
) -> None:
    stream = make(at)

    milled = mill(stream, options=COMMA)

    rows = milled.report.rows
    assert _code(milled) == "gzip_corrupt" or at < 10
    assert rows.read == rows.accepted + rows.rejected + rows.skipped
    assert rows.rejected == len({row for row, *_ in milled.places})
    if at >= 10:
        assert milled.report.outcome is Outcome.REJECTED
        assert "clean.csv" not in milled.results
    for chunk_bytes, block_bytes in ((1, 5), (7, 64), (WHOLE, 9)):
        limits = replace(Limits(), block_bytes=block_bytes)
        again = mill(stream, options=COMMA, chunk_bytes=chunk_bytes, limits=limits)
        assert again.results == milled.results


@given(
    file_type=st.sampled_from(list(FileType)),
    at=st.integers(3, 80),
    change=st.integers(0, 255),
    chunk_bytes=st.integers(1, 40),
)
def test_any_damage_is_a_report_that_adds_up(
    file_type: FileType, at: int, change: int, chunk_bytes: int
) -> None:
    stream = bytearray(packed(CONTENTS[file_type]))
    at %= len(stream)
    if change:
        stream[at] ^= change
    else:
        del stream[at:]

    milled = mill(bytes(stream), file_type, chunk_bytes=chunk_bytes)

    rows = milled.report.rows
    assert rows.read == rows.accepted + rows.rejected + rows.skipped
    assert rows.rejected == len({row for row, *_ in milled.places})
    assert mill(bytes(stream), file_type).results == milled.results


def test_rows_before_the_broken_place_are_reported_and_none_handed_out() -> None:
    content = b"a,b\n" + b"1,2\n" * 9 + b"3\n"
    stream = packed(content)[:-4]

    milled = mill(stream)

    assert milled.report.file_error is not None
    assert milled.report.file_error.message == (
        f"the gzip stream is broken after {len(stream)} bytes: it ends too early"
    )
    assert (milled.report.rows.accepted, milled.report.rows.rejected) == (9, 1)
    assert not [name for name in milled.results if name.startswith("clean")]
    assert "rejected.csv" in milled.results


@pytest.mark.parametrize("file_type", list(FileType))
def test_broken_compression_is_told_before_what_it_makes_of_the_content(
    file_type: FileType,
) -> None:
    schema = schema_of({"name": "z"})
    for content in (b"", b'"', b"1", b"a,b\n" * 500, b'{"a":[' * 500):
        stream = packed(content) + b"garbage"

        assert _code(mill(stream, file_type, schema=schema, chunk_bytes=7)) == "gzip_corrupt"


def test_compressed_nothing_is_an_empty_file() -> None:
    assert _code(mill(packed(b" \n"))) == "empty_file"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (packed(packed(b"a\n1\n")), "compressed twice"),
        (packed(b"PK\x03\x04" + b"\0" * 50), "ZIP"),
        (b"PK\x03\x04" + b"\0" * 50, "ZIP"),
        (b"\x28\xb5\x2f\xfd" + b"\0" * 50, "Zstandard"),
    ],
)
@pytest.mark.parametrize("file_type", list(FileType))
def test_one_layer_of_gzip_and_no_archive_is_read(
    file_type: FileType, content: bytes, reason: str
) -> None:
    for chunk_bytes in (1, WHOLE):
        report = mill(content, file_type, chunk_bytes=chunk_bytes).report

        assert report.file_error is not None
        assert report.file_error.code == "not_this_type"
        assert reason in report.file_error.message


def _limits(**changes: int) -> Limits:
    return replace(Limits(), expansion_free_bytes=100, **changes)


@pytest.mark.parametrize("chunk_bytes", [1, 10, WHOLE])
def test_content_that_expands_too_far_is_read_no_further(chunk_bytes: int) -> None:
    stream = packed(b"a,b\n" + b"1,2\n" * 5000)
    limits = _limits(expansion_ratio=100)

    milled = mill(stream, limits=limits, chunk_bytes=chunk_bytes)

    assert milled.report.file_error is not None
    assert milled.report.file_error.code == "decompression_limit"
    assert milled.report.file_error.message == (
        "the content expands to more than 100 times its size"
    )
    assert milled.report.rows.read == (100 * len(stream) - 4 + 3) // 4
    assert "clean.csv" not in milled.results


def test_a_size_may_be_the_limit() -> None:
    stream = packed(b"a,b\n" + b"1,2\n" * 5000)

    by_size = mill(stream, limits=_limits(decompressed_bytes=1000)).report
    free = mill(stream, limits=_limits(expansion_ratio=0)).report

    for report, most in ((by_size, "1000 bytes"), (free, "0 times its size and 100 bytes")):
        assert report.file_error is not None
        assert report.file_error.message == f"the content expands to more than {most}"
    assert _code(mill(stream, limits=_limits(expansion_ratio=1000))) is None


def test_content_as_large_as_it_may_be_is_whole() -> None:
    content = b"a,b\n" + b"1,2\n" * 5000

    milled = mill(packed(content), limits=_limits(decompressed_bytes=len(content)))

    assert milled.report.file_error is None or milled.report.file_error.code != "gzip_corrupt"
    limits = Limits(decompressed_bytes=len(content))
    assert mill(packed(content), limits=limits).report.outcome is Outcome.CLEAN
    limits = Limits(decompressed_bytes=len(content) - 1)
    assert _code(mill(packed(content), limits=limits)) == "decompression_limit"


def test_progress_counts_compressed_bytes() -> None:
    stream = packed(b"a\n" + b"".join(b"%d\n" % n for n in range(5000)))
    seen: list[Progress] = []

    mill(stream, progress=seen.append, chunk_bytes=500)

    assert seen[-1] == Progress(bytes_read=len(stream), rows_read=5000)
    assert max(progress.bytes_read for progress in seen) == len(stream)


@pytest.mark.parametrize("fast_from_bytes", [0, 1 << 40])
def test_progress_grows_with_what_is_expanded_and_not_with_what_arrives(
    fast_from_bytes: int,
) -> None:
    # All of the stream is one chunk of the source, and holds a hundred times as much.
    stream = packed(b"a,b\n" + b"1,2\n" * 300_000)
    limits = Limits(fast_from_bytes=fast_from_bytes, fast_chunk_bytes=64 * 1024)
    seen: list[Progress] = []

    mill(stream, options=COMMA, limits=limits, progress=seen.append)

    counts = [progress.bytes_read for progress in seen]
    assert counts == sorted(counts)
    assert counts[-1] == len(stream)
    assert len(set(counts)) > 3
    halfway = next(it.bytes_read for it in seen if it.rows_read >= 100_000)
    assert halfway < len(stream)


def test_progress_of_a_broken_stream_is_never_all_of_it() -> None:
    seen: list[Progress] = []

    mill(packed(b"a\n1\n") + b"garbage", progress=seen.append)

    assert len(packed(b"a\n1\n")) <= seen[-1].bytes_read < len(packed(b"a\n1\n") + b"garbage")


@pytest.mark.parametrize(
    ("file_type", "content"),
    [(FileType.CSV, b"a,b\n" + b"1,2\n" * 300), (FileType.NDJSON, b'{"a":1,"b":2}\n' * 80)],
)
def test_what_is_small_only_while_it_is_compressed_is_read_at_once(
    file_type: FileType, content: bytes
) -> None:
    stream = packed(content)
    assert len(stream) * 4 < len(content)

    def steps(fast_from_bytes: int) -> list[int]:
        seen: list[Progress] = []
        limits = Limits(fast_from_bytes=fast_from_bytes)
        mill(stream, file_type, options=COMMA, limits=limits, progress=seen.append)
        return [progress.rows_read for progress in seen]

    # Rows judged at once are told at once.
    assert steps(len(content)) == steps(0)
    assert steps(len(content) + 1) == steps(1 << 40) != steps(0)


def test_a_little_that_is_a_lot_can_be_stopped() -> None:
    stream = packed(b"a" * 5_000_000)
    looks = iter([False] * 10)

    with pytest.raises(ProcessingStoppedError):
        mill(stream, should_stop=lambda: next(looks, True))

    assert len(stream) < 10_000


def test_both_ways_of_reading_give_the_same_of_compressed_content() -> None:
    content = b"a,b,c\n" + b"".join(b'%d,"x ""%d",\n' % (n, n) for n in range(3000)) + b"1\n2,2,2\n"
    for stream in (packed(content), packed(content)[:-1000]):
        fast = mill(stream, options=COMMA, limits=Limits(fast_from_bytes=0, fast_chunk_bytes=999))
        exact = mill(stream, options=COMMA, limits=Limits(fast_from_bytes=1 << 40))

        assert fast.results == exact.results
