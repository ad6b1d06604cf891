"""What the disk adds to the contract of listing and tidying up."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.local import object_listing
from adapters.local.disk_file_storage import DiskFileStorage
from application.errors import StorageUnavailableError
from tests.adapters.local.stored import KEY, files_below
from tests.contracts.steps import put

DAY = timedelta(days=1)


def keys_below(storage: DiskFileStorage, folder: str, after: str | None = None) -> list[str]:
    return [found.key for found in storage.list_below(folder, after=after)]


def make_older(path: Path, by: timedelta) -> None:
    os.utime(path, (0, path.stat().st_mtime - by.total_seconds()))


@pytest.mark.parametrize("names_at_once", [1, 2, 3, 4, 100])
def test_a_folder_of_many_names_is_read_as_often_as_it_takes(
    storage: DiskFileStorage, monkeypatch: pytest.MonkeyPatch, names_at_once: int
) -> None:
    monkeypatch.setattr(object_listing, "NAMES_AT_ONCE", names_at_once)
    keys = ["a/b", "a/c", "a/d/1", "a/d/2", "a/e.f", "a/e/1", "a/g"]
    for key in keys:
        put(storage, key, b"")

    assert keys_below(storage, "a") == keys
    assert [keys_below(storage, "a", key) for key in keys] == [
        keys[position + 1 :] for position in range(len(keys))
    ]


def test_what_somebody_else_put_there_is_not_listed(
    storage: DiskFileStorage, root: Path, tmp_path: Path
) -> None:
    put(storage, KEY, b"content")
    folder = (root / KEY).parent
    (folder / "no key~").write_bytes(b"theirs")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file").write_bytes(b"theirs")
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    (folder / "other").symlink_to(tmp_path / "elsewhere" / "file")

    assert keys_below(storage, "uploads") == [KEY]


def test_a_disk_that_is_not_mounted_has_no_list(storage: DiskFileStorage, root: Path) -> None:
    root.rmdir()

    with pytest.raises(StorageUnavailableError):
        next(storage.list_below("uploads"))
    with pytest.raises(StorageUnavailableError):
        storage.remove_abandoned(older_than=DAY)


def test_what_no_writer_has_touched_for_long_goes(storage: DiskFileStorage, root: Path) -> None:
    with storage.create(KEY, media_type="text/csv") as dead:
        dead.write(b"x" * 100_000)
        [old] = (root / ".partial~").iterdir()
        make_older(old, 2 * DAY)
        with storage.create(KEY, media_type="text/csv") as living:
            assert storage.remove_abandoned(older_than=DAY) == 1

            assert not old.exists()
            living.write(b"content")
            living.commit()

    assert files_below(root) == [KEY]


def test_what_no_writer_made_stays_among_the_partial_files(
    storage: DiskFileStorage, root: Path
) -> None:
    folder = root / ".partial~"
    folder.mkdir()
    (folder / "notes.txt").write_bytes(b"theirs")
    make_older(folder / "notes.txt", 100 * DAY)

    assert storage.remove_abandoned(older_than=DAY) == 0
    assert (folder / "notes.txt").exists()
