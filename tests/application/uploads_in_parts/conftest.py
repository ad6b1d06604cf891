"""Uploads in parts whose parts come to us, or go to the storage."""

import pytest

from tests.application.uploads_in_parts.uploading import Uploading
from tests.in_memory_container import InMemoryService


@pytest.fixture(params=["received", "direct"])
def story(request: pytest.FixtureRequest) -> Uploading:
    return Uploading(InMemoryService(is_direct=request.param == "direct"))


@pytest.fixture
def received() -> Uploading:
    return Uploading(InMemoryService())
