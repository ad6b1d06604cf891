"""What others did to the root or below it is noticed, and never taken for our own work."""

import os
import shutil
from pathlib import Path

import pytest

from adapters.local.disk_file_storage import DiskFileStorage
from application.errors import ContentChangedError, ContentNotFoundError, StorageUnavailableError
from tests.adapters.local.stored import KEY
from tests.contracts.steps import put, read


class TestMissingRoot:
    def test_everything_is_unavailable_and_no_new_root_is_made(
        self, storage: DiskFileStorage, root: Path
    ) -> None:
        etag = put(storage, KEY, b"content")
        elsewhere = root.rename(root.with_name("elsewhere"))

        with pytest.raises(StorageUnavailableError):
            storage.create(KEY, media_type="text/csv")
        with pytest.raises(StorageUnavailableError):
            read(storage, KEY)
        with pytest.raises(StorageUnavailableError):
            storage.delete(KEY)
        with pytest.raises(StorageUnavailableError):
            storage.sweep_partials()
        with pytest.raises(StorageUnavailableError):
            storage.delete_below("uploads")

        assert not root.exists()
        elsewhere.rename(root)
        assert read(storage, KEY, etag=etag) == b"content"

    def test_a_root_that_goes_while_writing_fails_the_commit(
        self, storage: DiskFileStorage, root: Path
    ) -> None:
        with storage.create(KEY, media_type="text/csv") as writer:
            writer.write(b"content")
            elsewhere = root.rename(root.with_name("elsewhere"))
            with pytest.raises(StorageUnavailableError):
                writer.commit()

        assert not root.exists()
        elsewhere.rename(root)
        with pytest.raises(ContentNotFoundError):
            read(storage, KEY)

    def test_a_root_that_is_a_file_is_unavailable(
        self, storage: DiskFileStorage, root: Path
    ) -> None:
        root.rmdir()
        root.write_bytes(b"")

        with pytest.raises(StorageUnavailableError):
            put(storage, KEY, b"content")
        with pytest.raises(StorageUnavailableError):
            read(storage, KEY)

    def test_an_empty_root_made_by_hand_is_used(self, storage: DiskFileStorage, root: Path) -> None:
        put(storage, KEY, b"lost")
        shutil.rmtree(root)

        root.mkdir()

        with pytest.raises(ContentNotFoundError):
            read(storage, KEY)
        put(storage, KEY, b"new")
        assert read(storage, KEY) == b"new"

    def test_the_reason_names_no_path(self, storage: DiskFileStorage, root: Path) -> None:
        root.rmdir()

        with pytest.raises(StorageUnavailableError) as caught:
            storage.create(KEY, media_type="text/csv")

        assert str(root) not in str(caught.value)
        assert caught.value.retryable


class TestTampering:
    def test_content_cut_off_on_the_disk_has_changed(
        self, storage: DiskFileStorage, root: Path
    ) -> None:
        etag = put(storage, KEY, b"content")

        os.truncate(root / KEY, 3)

        with pytest.raises(ContentChangedError):
            read(storage, KEY, etag=etag)

    def test_content_overwritten_with_the_same_size_has_changed(
        self, storage: DiskFileStorage, root: Path
    ) -> None:
        etag = put(storage, KEY, b"content")

        (root / KEY).write_bytes(b"CONTENT")
        # As if that had happened a second later: a file's times move in coarse ticks.
        os.utime(root / KEY, (0, 0))

        with pytest.raises(ContentChangedError):
            read(storage, KEY, etag=etag)

    def test_a_file_put_in_its_place_has_changed_though_size_and_time_agree(
        self, storage: DiskFileStorage, root: Path, tmp_path: Path
    ) -> None:
        etag = put(storage, KEY, b"content")
        status = (root / KEY).stat()
        other = tmp_path / "other"
        other.write_bytes(b"CONTENT")
        os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))

        other.replace(root / KEY)

        with pytest.raises(ContentChangedError):
            read(storage, KEY, etag=etag)

    def test_the_same_content_copied_back_has_not_changed(
        self, storage: DiskFileStorage, root: Path, tmp_path: Path
    ) -> None:
        etag = put(storage, KEY, b"content")
        shutil.copy(root / KEY, tmp_path / "backup")
        shutil.rmtree(root)

        (root / KEY).parent.mkdir(parents=True)
        shutil.copy(tmp_path / "backup", root / KEY)

        assert read(storage, KEY, etag=etag, start=2) == b"ntent"

    def test_an_untouched_file_is_not_digested_again(self, storage: DiskFileStorage) -> None:
        digest, _, stamp = put(storage, KEY, b"content").partition(".")

        assert read(storage, KEY, etag=f"{'0' * len(digest)}.{stamp}") == b"content"
