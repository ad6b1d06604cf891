import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from adapters.local.disk_file_storage import DiskFileStorage
from application.errors import (
    ContentChangedError,
    ContentNotFoundError,
    StorageUnavailableError,
)
from tests.contracts.steps import put, read

KEY = "uploads/1/people.csv"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "storage"
    root.mkdir()
    return root


@pytest.fixture
def storage(root: Path) -> DiskFileStorage:
    return DiskFileStorage(root)


def files_below(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


class TestLayout:
    def test_an_object_is_a_plain_file_at_its_key(
        self, storage: DiskFileStorage, root: Path
    ) -> None:
        put(storage, KEY, b"a,b\n")

        assert (root / KEY).read_bytes() == b"a,b\n"
        assert files_below(root) == [KEY]

    def test_an_unfinished_object_is_no_file_of_a_key(
        self, storage: DiskFileStorage, root: Path
    ) -> None:
        with storage.create(KEY, media_type="text/csv") as writer:
            writer.write(b"half")
            [unfinished] = files_below(root)

        # The tilde is not a character of keys.
        assert unfinished.startswith(".partial~/")
        assert files_below(root) == []

    def test_folders_that_a_delete_empties_go_up_to_the_root(
        self, storage: DiskFileStorage, root: Path
    ) -> None:
        put(storage, "results/1/1/clean.csv", b"")
        put(storage, "results/2/1/clean.csv", b"")

        storage.delete("results/1/1/clean.csv")
        assert [path.name for path in (root / "results").iterdir()] == ["2"]

        storage.delete("results/2/1/clean.csv")
        assert not (root / "results").exists()
        assert root.is_dir()

    def test_emptying_a_folder_removes_it_and_those_above_that_are_empty_then(
        self, storage: DiskFileStorage, root: Path
    ) -> None:
        put(storage, "results/1/1/1/clean.csv", b"")
        put(storage, "results/1/2/2/clean.csv", b"")
        put(storage, "results/2/1/1/clean.csv", b"")

        storage.delete_below("results/1")
        assert [path.name for path in (root / "results").iterdir()] == ["2"]

        storage.delete_below("results/2")
        assert not (root / "results").exists()
        assert root.is_dir()

    def test_no_commit_is_lost_to_the_emptying_of_a_neighbours_folder(
        self, storage: DiskFileStorage
    ) -> None:
        def store_and_empty(name: str) -> None:
            for _ in range(100):
                etag = put(storage, f"shared/{name}/1/clean.csv", name.encode())
                assert read(storage, f"shared/{name}/1/clean.csv", etag=etag) == name.encode()
                storage.delete_below(f"shared/{name}")

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(store_and_empty, ["a", "b", "c"]))

    def test_an_emptied_root_stays(self, storage: DiskFileStorage, root: Path) -> None:
        # Put there by hand, so that no writer has made a folder for partial files.
        (root / "only").write_bytes(b"")

        storage.delete("only")

        assert list(root.iterdir()) == []

    def test_no_commit_is_lost_to_a_delete_that_prunes_its_folder(
        self, storage: DiskFileStorage
    ) -> None:
        def store_and_delete(name: str) -> None:
            for _ in range(100):
                etag = put(storage, f"shared/folder/{name}", name.encode())
                assert read(storage, f"shared/folder/{name}", etag=etag) == name.encode()
                storage.delete(f"shared/folder/{name}")

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(store_and_delete, ["a", "b", "c"]))


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


class TestPartialFiles:
    def test_a_killed_writer_leaves_nothing_at_the_key_and_is_swept_up(
        self, storage: DiskFileStorage, root: Path
    ) -> None:
        script = f"""
import os, pathlib, signal
from adapters.local.disk_file_storage import DiskFileStorage
writer = DiskFileStorage(pathlib.Path({str(root)!r})).create({KEY!r}, media_type="text/csv")
writer.write(b"x" * 1_000_000)
os.kill(os.getpid(), signal.SIGKILL)
"""
        killed = subprocess.run([sys.executable, "-c", script], check=False)

        assert killed.returncode == -signal.SIGKILL
        with pytest.raises(ContentNotFoundError):
            read(storage, KEY)
        assert storage.sweep_partials() == 1
        assert files_below(root) == []

    def test_what_no_writer_made_is_not_swept(self, storage: DiskFileStorage, root: Path) -> None:
        partials = root / ".partial~"
        (partials / "gristmill-folder12").mkdir(parents=True)
        for name in ("thesis.txt", "gristmill-thesis.txt", "gristmill-folder12/file"):
            (partials / name).write_text("mine")
        (partials / "gristmill-abcdefgh").symlink_to(partials / "thesis.txt")
        before = sorted(partials.rglob("*"))

        assert storage.sweep_partials() == 0

        assert sorted(partials.rglob("*")) == before

    def test_objects_are_never_swept(self, storage: DiskFileStorage, root: Path) -> None:
        put(storage, KEY, b"an object")

        assert storage.sweep_partials() == 0

        assert files_below(root) == [KEY]

    def test_a_storage_never_written_to_has_nothing_to_sweep(
        self, storage: DiskFileStorage
    ) -> None:
        assert storage.sweep_partials() == 0
