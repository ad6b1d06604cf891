"""SIGTERM while slots obey no stop: what they hold is given back for them, and they are fenced."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import structlog
from dependency_injector import providers

from adapters.memory.message_queue import MemoryDeadLetterQueue, MemoryMessageQueue
from application.use_cases.process_delivery import DeliveryResult
from application.use_cases.upload_file import UploadDetails
from domain.events import FileEventName
from domain.file_state import FileState
from domain.file_status import FileStatus
from entrypoints.cli.worker import worker_use_cases
from entrypoints.container import Container
from entrypoints.profiles import memory
from entrypoints.settings import Profile, Settings
from entrypoints.worker.worker import Worker, WorkerSettings
from tests.builders import TENANT
from tests.entrypoints.worker.awkward_ports import MuteStorage
from tests.entrypoints.worker.waiting import wait_until
from tests.faults import FaultyUnitsOfWork

SETTINGS = WorkerSettings(concurrency=2, long_poll_seconds=0.05, drain_seconds=0.2)
DEPLOYS = 10


@pytest.fixture
def storage() -> Iterator[MuteStorage]:
    storage = MuteStorage()
    yield storage
    storage.may_answer.set()


@pytest.fixture
def container(storage: MuteStorage) -> Iterator[Container]:
    container = memory.build(replace(Settings.from_environment(), profile=Profile.MEMORY))
    container.storage.override(providers.Object(storage))
    container.reset_singletons()
    yield container
    structlog.reset_defaults()


def upload(container: Container, name: str = "a.csv") -> FileState:
    receipt = container.upload_file()(TENANT, name=name, chunks=[b"id\n1\n"], details=UploadDetails)
    return receipt.file


def current(container: Container, file: FileState) -> FileState:
    return container.get_file()(TENANT, file.id)


def events(container: Container, file: FileState) -> list[FileEventName]:
    return [event.name for event in container.get_history()(TENANT, file.id)]


def deploy(container: Container, until: Callable[[], object]) -> None:
    """A worker that comes, is told to stop once `until` holds, and goes."""
    worker = Worker(worker_use_cases(container), SETTINGS)
    worker.run(lambda: wait_until(until))


def is_at_work(container: Container, file: FileState) -> bool:
    return current(container, file).status is FileStatus.PROCESSING


def test_what_blocked_slots_hold_is_free_for_others_when_the_drain_time_ends(
    container: Container,
) -> None:
    files = [upload(container, name) for name in ("a.csv", "b.csv")]

    deploy(container, lambda: all(is_at_work(container, file) for file in files))

    for file in files:
        free = current(container, file)
        assert (free.status, free.lease, free.starts) == (FileStatus.PENDING, None, 0)
        assert events(container, file)[-1] is FileEventName.RELEASED


def test_a_slot_that_wakes_up_after_its_file_was_given_back_changes_nothing(
    container: Container, storage: MuteStorage
) -> None:
    file = upload(container)
    deploy(container, lambda: is_at_work(container, file))
    before = current(container, file)

    with structlog.testing.capture_logs() as lines:
        storage.may_answer.set()
        wait_until(lambda: "delivery_done" in [line["event"] for line in lines])

    [done] = [line for line in lines if line["event"] == "delivery_done"]
    assert done["result"] is DeliveryResult.FENCED
    assert current(container, file) == before


def test_ten_deploys_over_a_storage_that_outlasts_the_drain_cost_a_file_nothing(
    container: Container, storage: MuteStorage
) -> None:
    queue, dead_letters = container.queue(), container.dead_letters()
    assert isinstance(queue, MemoryMessageQueue)
    assert isinstance(dead_letters, MemoryDeadLetterQueue)
    file = upload(container)
    for _ in range(DEPLOYS):
        deploy(container, lambda: is_at_work(container, file))
    storage.may_answer.set()

    deploy(container, lambda: current(container, file).is_final and not queue.bodies)

    done = current(container, file)
    assert (done.status, done.attempt) == (FileStatus.COMPLETED, DEPLOYS + 1)
    assert events(container, file).count(FileEventName.RELEASED) == DEPLOYS
    assert FileEventName.TAKEN_OVER not in events(container, file)
    assert not dead_letters.bodies


def test_a_release_that_crashes_is_told_like_one_that_fails(container: Container) -> None:
    def crash() -> bool:
        if threading.current_thread().name == "give-back":
            raise ValueError("a defect")
        return False

    database = FaultyUnitsOfWork(container.units_of_work(), is_away=crash)
    container.units_of_work.override(providers.Object(database))
    container.reset_singletons()
    file = upload(container)

    with structlog.testing.capture_logs() as lines:
        deploy(container, lambda: is_at_work(container, file))

    [told] = [line for line in lines if line["event"] == "work_abandoned"]
    assert told["log_level"] == "error"
    assert told["exc_info"]


def test_a_database_that_gives_no_answer_does_not_keep_the_process(container: Container) -> None:
    may_answer, is_silent = threading.Event(), threading.Event()

    def hang() -> bool:
        return is_silent.is_set() and not may_answer.wait(60)

    database = FaultyUnitsOfWork(container.units_of_work(), is_away=hang)
    container.units_of_work.override(providers.Object(database))
    container.reset_singletons()
    file = upload(container)

    def fall_silent() -> bool:
        is_silent_now = is_at_work(container, file)
        if is_silent_now:
            is_silent.set()
        return is_silent_now

    with structlog.testing.capture_logs() as lines:
        stopping = threading.Thread(target=deploy, args=(container, fall_silent))
        stopping.start()
        stopping.join(30)
        may_answer_late = stopping.is_alive()
        may_answer.set()

    assert not may_answer_late
    assert "work_abandoned" in [line["event"] for line in lines]
