"""Keys that find no room to spill to."""

from pathlib import Path

import pytest

from adapters.tabular.keys import key_indexes
from application.errors import StorageUnavailableError


def test_a_missing_temporary_directory_is_an_outage_and_no_defect(tmp_path: Path) -> None:
    with (
        key_indexes(memory_bytes=0, scratch=tmp_path / "gone") as new_key_index,
        pytest.raises(StorageUnavailableError),
    ):
        new_key_index().claim(b"key", 1)
