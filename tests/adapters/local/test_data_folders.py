from pathlib import Path

import pytest

from adapters.local.data_folders import make_folder
from application.errors import StorageUnavailableError


def test_a_folder_is_made_with_those_above_it_and_then_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"

    make_folder(folder)
    (folder / "kept").touch()
    make_folder(folder)

    assert (folder / "kept").exists()


@pytest.mark.parametrize("below", ["file", "file/folder"])
def test_a_file_in_the_way_is_named(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StorageUnavailableError, match=str(tmp_path / below)):
        make_folder(tmp_path / below)
