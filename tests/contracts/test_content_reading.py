"""The part of the FileStorage contract that concerns reading: ranges, laziness, ETags."""

import re
from collections.abc import Generator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.errors import ContentChangedError, ContentNotFoundError
from application.ports.file_storage import FileStorage
from tests.contracts.steps import put, read

KEY = "uploads/018f3c2e-7a4b/people.csv"
BIG = bytes(range(256)) * 4096  # 1 MiB, more than any chunk


class TestRanges:
    @pytest.mark.parametrize(
        ("start", "length", "expected"),
        [
            (0, None, b"0123456789"),
            (3, None, b"3456789"),
            (0, 4, b"0123"),
            (3, 4, b"3456"),
            (3, 0, b""),
            (8, 100, b"89"),
            (10, None, b""),
            (11, 5, b""),
        ],
    )
    def test_a_range_yields_what_there_is_of_it(
        self, storage: FileStorage, start: int, length: int | None, expected: bytes
    ) -> None:
        put(storage, KEY, b"0123456789")

        assert read(storage, KEY, start=start, length=length) == expected

    def test_a_range_of_a_large_object_crosses_its_chunks(self, storage: FileStorage) -> None:
        etag = put(storage, KEY, BIG)

        part = read(storage, KEY, etag=etag, start=65_500, length=500_000)

        assert part == BIG[65_500:565_500]


class TestReading:
    def test_chunks_are_never_empty_and_bounded(self, storage: FileStorage) -> None:
        put(storage, KEY, BIG)

        with closing(storage.open(KEY)) as chunks:
            sizes = [len(chunk) for chunk in chunks]

        assert sum(sizes) == len(BIG)
        assert 0 < min(sizes) <= max(sizes) < len(BIG)

    def test_nothing_is_looked_up_before_the_first_step(self, storage: FileStorage) -> None:
        chunks = storage.open(KEY)

        put(storage, KEY, b"in time")

        assert b"".join(chunks) == b"in time"

    def test_a_missing_object_shows_on_the_first_step(self, storage: FileStorage) -> None:
        chunks = storage.open(KEY)

        with pytest.raises(ContentNotFoundError) as caught:
            next(chunks)

        assert caught.value.key == KEY

    def test_reading_can_stop_early(self, storage: FileStorage) -> None:
        put(storage, KEY, BIG)
        chunks: Generator[bytes] = storage.open(KEY)
        next(chunks)

        chunks.close()

        assert next(chunks, None) is None
        assert read(storage, KEY) == BIG

    def test_an_object_may_be_read_by_several_at_once(self, storage: FileStorage) -> None:
        put(storage, KEY, BIG)

        one, other = storage.open(KEY), storage.open(KEY)
        first = next(one)
        assert b"".join(other) == BIG

        assert first + b"".join(one) == BIG

    def test_a_replaced_object_is_never_read_half_old_half_new(self, storage: FileStorage) -> None:
        put(storage, KEY, BIG)
        chunks = storage.open(KEY)
        first = next(chunks)

        put(storage, KEY, b"x" * len(BIG))

        assert first + b"".join(chunks) == BIG


class TestEtags:
    def test_the_objects_own_etag_opens_it(self, storage: FileStorage) -> None:
        etag = put(storage, KEY, b"content")

        assert read(storage, KEY, etag=etag) == b"content"
        assert read(storage, KEY, etag=etag, start=3, length=2) == b"te"

    @pytest.mark.parametrize("other", [b"CONTENT", b"content and more", b"cont", b""])
    def test_other_content_has_another_etag(self, storage: FileStorage, other: bytes) -> None:
        etag = put(storage, KEY, b"content")

        other_etag = put(storage, KEY, other)

        assert other_etag != etag
        with pytest.raises(ContentChangedError) as caught:
            read(storage, KEY, etag=etag)
        assert caught.value.key == KEY

    def test_a_change_shows_before_the_first_byte(self, storage: FileStorage) -> None:
        etag = put(storage, KEY, b"content")
        put(storage, KEY, b"CONTENT")

        with pytest.raises(ContentChangedError):
            next(storage.open(KEY, etag=etag, start=3, length=1))

    @pytest.mark.parametrize("etag", ["", "nonsense", "a.b.c"])
    def test_an_etag_of_nobody_opens_nothing(self, storage: FileStorage, etag: str) -> None:
        put(storage, KEY, b"content")

        with pytest.raises(ContentChangedError):
            read(storage, KEY, etag=etag)

    def test_a_missing_object_is_missing_and_not_changed(self, storage: FileStorage) -> None:
        with pytest.raises(ContentNotFoundError):
            read(storage, KEY, etag="an-etag")

    def test_an_etag_fits_into_a_header(self, storage: FileStorage) -> None:
        assert re.fullmatch(r"[A-Za-z0-9._-]{1,128}", put(storage, KEY, b"content"))


# One storage for all examples: each replaces what the one before it stored.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chunks=st.lists(st.binary(max_size=300), max_size=6),
    start=st.integers(0, 2000),
    length=st.none() | st.integers(0, 2000),
)
def test_a_range_is_a_slice_of_what_was_written(
    storage: FileStorage, chunks: list[bytes], start: int, length: int | None
) -> None:
    content = b"".join(chunks)
    with storage.create(KEY, media_type="text/csv") as writer:
        for chunk in chunks:
            writer.write(chunk)
        etag = writer.commit()

    stop = None if length is None else start + length

    assert read(storage, KEY, etag=etag, start=start, length=length) == content[start:stop]
