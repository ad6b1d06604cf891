"""Running work is given back when the storage goes away under it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import structlog
from dependency_injector import providers

from application.errors import StorageUnavailableError
from application.use_cases.upload_file import UploadDetails
from domain.events import FileEventName
from entrypoints.cli.worker import worker_use_cases
from entrypoints.container import Container
from entrypoints.profiles import memory
from entrypoints.settings import Profile, Settings
from entrypoints.watched.calls import Dependency
from entrypoints.worker.worker import Worker, WorkerSettings
from tests.builders import TENANT
from tests.entrypoints.worker.awkward_ports import EndlessEngine
from tests.entrypoints.worker.waiting import wait_until

SETTINGS = WorkerSettings(concurrency=1, long_poll_seconds=0.05, drain_seconds=1)


@pytest.fixture
def engine() -> EndlessEngine:
    return EndlessEngine()


@pytest.fixture
def container(engine: EndlessEngine) -> Iterator[Container]:
    container = memory.build(replace(Settings.from_environment(), profile=Profile.MEMORY))
    container.engine.override(providers.Object(engine))
    container.reset_singletons()
    yield container
    structlog.reset_defaults()


@pytest.mark.parametrize("away", [Dependency.STORAGE, Dependency.STORAGE_WRITES])
def test_what_runs_is_given_back_when_the_storage_is_known_to_be_away(
    container: Container, engine: EndlessEngine, away: Dependency
) -> None:
    receipt = container.upload_file()(
        TENANT, name="a.csv", chunks=[b"id\n1\n"], details=UploadDetails
    )

    def events() -> list[FileEventName]:
        return [event.name for event in container.get_history()(TENANT, receipt.file.id)]

    def lose_the_storage() -> None:
        assert engine.is_at_work.wait(10)
        for _ in range(container.settings().breaker_policy.errors):
            container.breakers().note(away, StorageUnavailableError("connection refused"))
        # Before the order to stop, which would be a reason of its own.
        wait_until(lambda: FileEventName.RELEASED in events(), seconds=5)

    Worker(worker_use_cases(container), SETTINGS).run(lose_the_storage)
