"""Installations of the aws profile, and containers over them."""

from collections.abc import Iterator

import pytest
import structlog

from entrypoints.container import Container
from entrypoints.profiles import aws
from tests.emulated_aws import EmulatedAws
from tests.entrypoints.profiles.steps import Compose, settings_of
from tests.provisioned_aws import Installation, plan_installation


@pytest.fixture
def installation(emulated_aws: EmulatedAws, postgres_url: str) -> Installation:
    """One of which only the database is made."""
    return plan_installation(endpoint_url=emulated_aws.endpoint_url, database_url=postgres_url)


@pytest.fixture
def compose(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Compose]:
    """Builds the container as the installation's settings say, or others in their place."""
    built: list[Container] = []

    def build(**changes: str) -> Container:
        built.append(aws.build(settings_of(installation, monkeypatch, **changes), threads=8))
        return built[-1]

    yield build
    for container in built:
        container.close()()
    structlog.reset_defaults()
