import re

import pytest

from application.errors import ContentNotFoundError
from application.ports.file_storage import FileStorage
from tests.contracts.steps import put, read

KEY = "uploads/018f3c2e-7a4b/people.csv"
BIG = bytes(range(256)) * 4096  # 1 MiB, more than any chunk


class DeliberateError(Exception):
    """What a test raises while writing."""


class TestFileStorage:
    def test_the_bucket_has_a_name(self, storage: FileStorage) -> None:
        assert re.fullmatch(r"[a-z0-9.-]+", storage.bucket)

    def test_written_content_is_read_back(self, storage: FileStorage) -> None:
        put(storage, KEY, b"a,b\n1,2\n")

        assert read(storage, KEY) == b"a,b\n1,2\n"

    def test_chunks_of_any_length_are_joined_in_order(self, storage: FileStorage) -> None:
        chunks = [b"a", b"", BIG, b"b" * 70_000, b"c"]

        with storage.create(KEY, media_type="text/csv") as writer:
            for chunk in chunks:
                writer.write(chunk)
            writer.commit()

        assert read(storage, KEY) == b"".join(chunks)

    def test_an_object_may_be_empty(self, storage: FileStorage) -> None:
        etag = put(storage, KEY, b"")

        assert read(storage, KEY, etag=etag) == b""

    def test_nothing_is_there_before_the_commit(self, storage: FileStorage) -> None:
        with storage.create(KEY, media_type="text/csv") as writer:
            writer.write(BIG)

            with pytest.raises(ContentNotFoundError) as caught:
                read(storage, KEY)
            writer.commit()

        assert caught.value.key == KEY
        assert read(storage, KEY) == BIG

    def test_leaving_without_a_commit_leaves_nothing(self, storage: FileStorage) -> None:
        with storage.create(KEY, media_type="text/csv") as writer:
            writer.write(BIG)

        with pytest.raises(ContentNotFoundError):
            read(storage, KEY)

    def test_an_error_while_writing_leaves_nothing(self, storage: FileStorage) -> None:
        def write_and_fail() -> None:
            with storage.create(KEY, media_type="text/csv") as writer:
                writer.write(b"half")
                raise DeliberateError

        with pytest.raises(DeliberateError):
            write_and_fail()

        with pytest.raises(ContentNotFoundError):
            read(storage, KEY)

    def test_aborting_leaves_nothing_and_may_be_repeated(self, storage: FileStorage) -> None:
        writer = storage.create(KEY, media_type="text/csv")
        writer.write(b"half")

        writer.abort()
        writer.abort()

        with pytest.raises(ContentNotFoundError):
            read(storage, KEY)

    def test_aborting_after_the_commit_does_nothing(self, storage: FileStorage) -> None:
        with storage.create(KEY, media_type="text/csv") as writer:
            writer.write(b"whole")
            writer.commit()
            writer.abort()

        assert read(storage, KEY) == b"whole"

    def test_a_writer_that_is_given_up_leaves_alone_what_another_put_there(
        self, storage: FileStorage
    ) -> None:
        given_up = storage.create(KEY, media_type="text/csv")
        given_up.write(b"half")

        put(storage, KEY, b"whole")
        given_up.abort()

        assert read(storage, KEY) == b"whole"

    def test_a_commit_replaces_what_was_there(self, storage: FileStorage) -> None:
        put(storage, KEY, b"the old content, which is longer")

        put(storage, KEY, b"new")

        assert read(storage, KEY) == b"new"

    def test_what_was_there_stays_until_the_commit(self, storage: FileStorage) -> None:
        etag = put(storage, KEY, b"old")

        with storage.create(KEY, media_type="text/csv") as writer:
            writer.write(b"new")
            assert read(storage, KEY, etag=etag) == b"old"

        assert read(storage, KEY, etag=etag) == b"old"

    def test_of_two_writers_the_last_commit_is_kept_whole(self, storage: FileStorage) -> None:
        first = storage.create(KEY, media_type="text/csv")
        second = storage.create(KEY, media_type="text/csv")
        first.write(b"1" * 1000)
        second.write(b"2" * 10)

        second.commit()
        etag = first.commit()

        assert read(storage, KEY, etag=etag) == b"1" * 1000

    def test_objects_do_not_mix(self, storage: FileStorage) -> None:
        keys = ["results/1/clean.csv", "results/1/rejected.csv", "results/2/clean.csv", "top"]

        for key in keys:
            put(storage, key, key.encode())

        assert [read(storage, key) for key in keys] == [key.encode() for key in keys]


class TestDeleting:
    def test_a_deleted_object_is_gone(self, storage: FileStorage) -> None:
        put(storage, KEY, b"content")

        storage.delete(KEY)

        with pytest.raises(ContentNotFoundError):
            read(storage, KEY)

    def test_deleting_twice_or_nothing_is_no_error(self, storage: FileStorage) -> None:
        put(storage, KEY, b"content")

        storage.delete(KEY)
        storage.delete(KEY)
        storage.delete("never/was/there")

    def test_neighbours_stay(self, storage: FileStorage) -> None:
        put(storage, "results/1/clean.csv", b"clean")
        put(storage, "results/1/rejected.csv", b"rejected")

        storage.delete("results/1/clean.csv")

        assert read(storage, "results/1/rejected.csv") == b"rejected"

    def test_a_folder_is_not_an_object(self, storage: FileStorage) -> None:
        put(storage, "results/1/clean.csv", b"clean")

        storage.delete("results/1")

        with pytest.raises(ContentNotFoundError):
            read(storage, "results/1")
        assert read(storage, "results/1/clean.csv") == b"clean"

    def test_a_deleted_object_can_be_stored_again(self, storage: FileStorage) -> None:
        put(storage, KEY, b"old")
        storage.delete(KEY)

        put(storage, KEY, b"new")

        assert read(storage, KEY) == b"new"

    def test_what_is_being_read_may_be_deleted(self, storage: FileStorage) -> None:
        put(storage, KEY, BIG)
        chunks = storage.open(KEY)
        first = next(chunks)

        storage.delete(KEY)

        assert first + b"".join(chunks) == BIG


class TestDeletingBelow:
    def test_everything_below_is_gone_at_any_depth(self, storage: FileStorage) -> None:
        keys = ["results/1/1/1/clean.csv", "results/1/1/1/report.json", "results/1/2/3/a/b"]
        for key in keys:
            put(storage, key, b"content")

        storage.delete_below("results/1")

        for key in keys:
            with pytest.raises(ContentNotFoundError):
                read(storage, key)

    def test_what_only_begins_alike_stays(self, storage: FileStorage) -> None:
        neighbours = ["results/12/clean.csv", "results/2/clean.csv", "uploads/1/clean.csv"]
        for key in ("results/1/clean.csv", *neighbours):
            put(storage, key, key.encode())

        storage.delete_below("results/1")

        assert [read(storage, key) for key in neighbours] == [key.encode() for key in neighbours]

    def test_an_object_at_the_very_key_stays(self, storage: FileStorage) -> None:
        put(storage, "results/1", b"an object")

        storage.delete_below("results/1")

        assert read(storage, "results/1") == b"an object"

    def test_nothing_there_is_no_error_however_often(self, storage: FileStorage) -> None:
        storage.delete_below("results/1")
        put(storage, "results/1/clean.csv", b"clean")
        storage.delete_below("results/1")
        storage.delete_below("results/1")
        storage.delete_below("results/1/1/1")

    def test_what_is_gone_can_be_stored_again(self, storage: FileStorage) -> None:
        put(storage, "results/1/clean.csv", b"old")
        storage.delete_below("results")

        put(storage, "results/1/clean.csv", b"new")

        assert read(storage, "results/1/clean.csv") == b"new"

    def test_an_object_that_is_still_being_written_is_none_yet(self, storage: FileStorage) -> None:
        with storage.create("results/1/clean.csv", media_type="text/csv") as writer:
            writer.write(b"clean")
            storage.delete_below("results/1")
            writer.commit()

        assert read(storage, "results/1/clean.csv") == b"clean"


class TestKeys:
    @pytest.mark.parametrize(
        "key",
        [
            "",
            "/",
            "/etc/passwd",
            "a/",
            "a//b",
            ".",
            "..",
            "../a",
            "a/../b",
            "a/..",
            "./a",
            "a/./b",
            "a b",
            "a\\b",
            "a\n",
            "a\x00b",
            "ä",
            "a:b",
            "~a",
            "a%2Fb",
            "C:\\a",
            "\uff0e\uff0e/a",
        ],
    )
    def test_a_key_that_is_none_is_refused_everywhere(self, storage: FileStorage, key: str) -> None:
        with pytest.raises(ValueError, match="key"):
            storage.create(key, media_type="text/csv")
        with pytest.raises(ValueError, match="key"):
            read(storage, key)
        with pytest.raises(ValueError, match="key"):
            storage.delete(key)
        with pytest.raises(ValueError, match="key"):
            storage.delete_below(key)
        with pytest.raises(ValueError, match="key"):
            next(storage.list_below(key))
        with pytest.raises(ValueError, match="key"):
            storage.delete_all([key])

    @pytest.mark.parametrize("key", ["a", "a/b", "...", "a/..b", ".a/b.", "-", "_/A.9", "a" * 200])
    def test_any_other_key_is_taken(self, storage: FileStorage, key: str) -> None:
        put(storage, key, b"content")

        assert read(storage, key) == b"content"
