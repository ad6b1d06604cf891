"""A service in memory and a client of it."""

import pytest
from flask.testing import FlaskClient

from tests.entrypoints.http.service import HttpService


@pytest.fixture
def service() -> HttpService:
    """An empty service."""
    return HttpService()


@pytest.fixture
def client(service: HttpService) -> FlaskClient:
    """A client of the service."""
    return service.app().test_client()
