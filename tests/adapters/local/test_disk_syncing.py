"""What cannot be synced is not committed, and what was there before stays."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from adapters.local.disk_file_storage import DiskFileStorage
from application.errors import StorageUnavailableError
from tests.adapters.local.stored import KEY, files_below
from tests.contracts.steps import put, read


@contextmanager
def nothing_can_be_opened() -> Iterator[None]:
    """As when the process has used up its file descriptors: no folder can be synced."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def a_descriptor_that_cannot_be_synced(partial: Path) -> Iterator[None]:
    """Puts a pipe under the open file: it takes what is written, and no fsync can keep it."""
    status = partial.stat()
    [descriptor] = [number for number in open_descriptors() if is_file(number, status)]
    reading, writing = os.pipe()
    os.dup2(writing, descriptor)
    os.close(writing)
    try:
        yield
    finally:
        os.close(reading)


def open_descriptors() -> list[int]:
    return [int(path.name) for path in Path("/dev/fd").iterdir()]


def is_file(descriptor: int, status: os.stat_result) -> bool:
    # The descriptor that listed the folder is among those it found, and closed by now.
    with suppress(OSError):
        return os.path.samestat(os.fstat(descriptor), status)
    return False


class TestUnsyncedContent:
    def test_content_that_cannot_be_synced_is_not_committed(
        self, storage: DiskFileStorage, root: Path
    ) -> None:
        etag = put(storage, KEY, b"old")

        with storage.create(KEY, media_type="text/csv") as writer:
            writer.write(b"new")
            [partial] = (root / ".partial~").iterdir()
            with (
                a_descriptor_that_cannot_be_synced(partial),
                pytest.raises(StorageUnavailableError),
            ):
                writer.commit()

        assert read(storage, KEY, etag=etag) == b"old"
        assert files_below(root) == [KEY]


class TestUnsyncedNames:
    def test_a_commit_that_fails_on_the_folder_leaves_what_was_there_before(
        self, storage: DiskFileStorage, root: Path
    ) -> None:
        etag = put(storage, KEY, b"old")

        with storage.create(KEY, media_type="text/csv") as writer:
            writer.write(b"new")
            with nothing_can_be_opened(), pytest.raises(StorageUnavailableError):
                writer.commit()

        assert read(storage, KEY, etag=etag) == b"old"
        assert files_below(root) == [KEY]

    def test_a_commit_that_fails_on_the_folder_leaves_nothing_where_nothing_was(
        self, storage: DiskFileStorage, root: Path
    ) -> None:
        with storage.create(KEY, media_type="text/csv") as writer:
            writer.write(b"new")
            with nothing_can_be_opened(), pytest.raises(StorageUnavailableError):
                writer.commit()

        assert files_below(root) == []

    def test_a_commit_that_replaces_keeps_no_second_copy(
        self, storage: DiskFileStorage, root: Path
    ) -> None:
        put(storage, KEY, b"old")

        put(storage, KEY, b"new")

        assert files_below(root) == [KEY]
