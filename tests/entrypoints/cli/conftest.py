"""The schema of the people that the command line's tests validate."""

import json
from pathlib import Path

import pytest

from tests.entrypoints.cli.validating import SCHEMA


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(SCHEMA))
    return path
