"""Objects are plain files at their keys, and unfinished ones are nowhere near."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.local.disk_file_storage import DiskFileStorage
from application.errors import ContentNotFoundError
from tests.adapters.local.stored import KEY, files_below
from tests.contracts.steps import put, read


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
