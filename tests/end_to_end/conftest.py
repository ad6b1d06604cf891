"""Every test here starts real processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.service import Service

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks them all, so that nobody forgets one."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.end_to_end)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service that has just become ready."""
    with Service(tmp_path) as service:
        yield service
