"""Keys that find no room to spill to."""

import tempfile
from pathlib import Path

import pytest

from adapters.tabular.keys import key_indexes
from application.errors import StorageUnavailableError


def test_a_missing_temporary_directory_is_an_outage_and_no_defect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))

    with key_indexes(memory_bytes=0) as new_key_index, pytest.raises(StorageUnavailableError):
        new_key_index().claim(b"key", 1)
