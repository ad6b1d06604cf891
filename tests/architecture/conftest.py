"""A copy of the project for every test that wants one."""

from pathlib import Path

import pytest

from tests.architecture.project import ProjectCopy


@pytest.fixture
def project_copy(tmp_path: Path) -> ProjectCopy:
    """A copy of the project that the test may spoil."""
    return ProjectCopy.at(tmp_path / "gristmill")
