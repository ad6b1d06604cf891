from pathlib import Path

import pytest

from adapters.local.data_folders import make_empty_folder, make_folder
from application.errors import StorageUnavailableError


def test_a_folder_is_made_with_those_above_it_and_then_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"

    make_folder(folder)
    (folder / "kept").touch()
    make_folder(folder)

    assert (folder / "kept").exists()


def test_whatever_is_in_an_emptied_folder_is_removed_and_what_it_links_to_is_not(
    tmp_path: Path,
) -> None:
    folder, elsewhere = tmp_path / "scratch", tmp_path / "elsewhere"
    for made in (folder / "of-the-dead" / "deep", elsewhere):
        made.mkdir(parents=True)
        (made / "file").touch()
    (folder / "file").touch()
    (folder / "link").symlink_to(elsewhere)

    make_empty_folder(folder)

    assert list(folder.iterdir()) == []
    assert (elsewhere / "file").exists()


def test_an_emptied_folder_may_be_a_link_or_not_be_there_yet(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "file").touch()
    (tmp_path / "scratch").symlink_to(tmp_path / "disk")

    make_empty_folder(tmp_path / "scratch")
    make_empty_folder(tmp_path / "new")

    assert list((tmp_path / "disk").iterdir()) == []
    assert (tmp_path / "new").is_dir()


@pytest.mark.parametrize("below", ["file", "file/folder"])
def test_a_file_in_the_way_is_named(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").touch()

    for make in (make_folder, make_empty_folder):
        with pytest.raises(StorageUnavailableError, match=str(tmp_path / below)):
            make(tmp_path / below)
