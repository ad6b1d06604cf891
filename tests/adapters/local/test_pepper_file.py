"""The secret beside the data."""

import threading
from pathlib import Path

import pytest

from adapters.local.pepper_file import read_or_make_pepper
from adapters.system.system_secrets import SystemSecrets
from application.errors import StorageUnavailableError


def test_it_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "key-pepper"

    made = read_or_make_pepper(path, SystemSecrets())

    assert len(made) == 32
    assert read_or_make_pepper(path, SystemSecrets()) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_all_that_come_at_once_read_the_same(tmp_path: Path) -> None:
    found: list[bytes] = []

    def look(number: int) -> None:
        found.append(read_or_make_pepper(tmp_path / "key-pepper", SystemSecrets()))

    threads = [threading.Thread(target=look, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize("content", ["", "abcd", "no hexadecimal", "ü"])
def test_a_file_that_holds_something_else_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key-pepper"
    path.write_text(content)

    with pytest.raises(StorageUnavailableError, match="key-pepper"):
        read_or_make_pepper(path, SystemSecrets())
