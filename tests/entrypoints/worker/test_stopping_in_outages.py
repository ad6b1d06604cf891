"""SIGTERM while something is away: the worker ends in time, and what it held is free later."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
import structlog
from dependency_injector import providers

from application.errors import StorageUnavailableError
from application.use_cases.upload_file import UploadDetails
from domain.file_status import FileStatus
from entrypoints.cli.worker import worker_use_cases
from entrypoints.container import Container
from entrypoints.profiles import memory
from entrypoints.settings import Profile, Settings
from entrypoints.watched.calls import Dependency
from entrypoints.worker.worker import Worker, WorkerSettings
from tests.builders import TENANT
from tests.entrypoints.worker.awkward_ports import EndlessEngine, MuteStorage
from tests.entrypoints.worker.waiting import wait_until
from tests.faults import FaultyUnitsOfWork

SETTINGS = WorkerSettings(concurrency=1, long_poll_seconds=0.05, drain_seconds=1)


@pytest.fixture
def container() -> Iterator[Container]:
    settings = Settings.from_environment()
    quick = replace(settings.breaker_policy, probe_seconds=0.1)
    yield memory.build(replace(settings, profile=Profile.MEMORY, breaker_policy=quick))
    structlog.reset_defaults()


def run_until(container: Container, is_time: threading.Event) -> threading.Thread:
    """A worker that is told to stop at that time."""
    worker = Worker(worker_use_cases(container), SETTINGS)
    thread = threading.Thread(target=worker.run, args=(is_time.wait,))
    thread.start()
    return thread


def test_what_cannot_be_given_back_is_left_to_its_lease(container: Container) -> None:
    engine, is_away, stop = EndlessEngine(), threading.Event(), threading.Event()
    database = FaultyUnitsOfWork(container.units_of_work(), is_away=is_away.is_set)
    container.units_of_work.override(providers.Object(database))
    container.engine.override(providers.Object(engine))
    container.reset_singletons()
    file = container.upload_file()(
        TENANT, name="a.csv", chunks=[b"id\n1\n"], details=UploadDetails
    ).file
    with structlog.testing.capture_logs() as lines:
        running = run_until(container, stop)
        assert engine.is_at_work.wait(10)

        is_away.set()
        stop.set()
        running.join(30)

    assert not running.is_alive()
    assert "work_abandoned" in [line["event"] for line in lines]
    is_away.clear()
    held = container.get_file()(TENANT, file.id)
    assert held.status is FileStatus.PROCESSING
    assert held.lease is not None


def test_a_probe_without_an_answer_does_not_keep_the_process(container: Container) -> None:
    storage, stop = MuteStorage(), threading.Event()
    container.storage.override(providers.Object(storage))
    container.reset_singletons()
    for _ in range(5):
        container.breakers().note(Dependency.STORAGE, StorageUnavailableError("no answer"))
    running = run_until(container, stop)
    assert storage.is_asked.wait(10)

    stop.set()
    running.join(30)

    assert not running.is_alive()
    storage.may_answer.set()


def test_with_an_open_breaker_a_worker_ends_without_having_received(container: Container) -> None:
    container.upload_file()(TENANT, name="a.csv", chunks=[b"id\n1\n"], details=UploadDetails)
    container.relay_outbox()()
    stop = threading.Event()
    for _ in range(5):
        container.breakers().note(Dependency.QUEUE, StorageUnavailableError("no answer"))
    container.breakers().begin_probe(Dependency.QUEUE)

    with structlog.testing.capture_logs() as lines:
        running = run_until(container, stop)
        wait_until(lambda: "worker_started" in [line["event"] for line in lines])
        stop.set()
        running.join(30)

    assert not running.is_alive()
    [untouched] = container.queue().receive(limit=10, wait_seconds=0)
    assert untouched.receive_count == 1
