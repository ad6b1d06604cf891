"""A storage on disk, and its root."""

from pathlib import Path

import pytest

from adapters.local.disk_file_storage import DiskFileStorage


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "storage"
    root.mkdir()
    return root


@pytest.fixture
def storage(root: Path) -> DiskFileStorage:
    return DiskFileStorage(root)
