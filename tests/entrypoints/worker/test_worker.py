import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import structlog
from dependency_injector import providers

from adapters.memory.message_queue import MemoryDeadLetterQueue, MemoryMessageQueue
from application.ports.content_engine import ContentEngine, EngineJob
from application.use_cases.process_delivery import DeliveryResult
from application.use_cases.upload_file import UploadDetails
from domain.file_state import FileState
from domain.processing_report import ProcessingReport
from entrypoints.cli.worker import worker_use_cases
from entrypoints.container import Container
from entrypoints.profiles import memory
from entrypoints.settings import Profile, Settings
from entrypoints.worker.worker import Worker, WorkerSettings
from tests.builders import TENANT
from tests.doubles import ObedientEngine
from tests.entrypoints.worker.waiting import wait_until

SETTINGS = WorkerSettings(concurrency=2, long_poll_seconds=0.05, drain_seconds=2)


class EndlessEngine(ContentEngine):
    """Works until it is told to stop."""

    def __init__(self) -> None:
        self.is_at_work = threading.Event()

    def process(self, job: EngineJob) -> ProcessingReport:
        self.is_at_work.set()
        wait_until(job.should_stop)
        return ObedientEngine().process(job)


@pytest.fixture
def container() -> Iterator[Container]:
    """The run-time container in memory, whose log the tests read."""
    container = memory.build(replace(Settings.from_environment(), profile=Profile.MEMORY))
    yield container
    structlog.reset_defaults()


def put_in(engine: ContentEngine, container: Container) -> None:
    """Has the use cases, which exist already, made anew over another engine."""
    container.engine.override(providers.Object(engine))
    container.reset_singletons()


def upload(container: Container, content: bytes) -> FileState:
    receipt = container.upload_file()(TENANT, name="a.csv", chunks=[content], details=UploadDetails)
    return receipt.file


@contextmanager
def running_worker(container: Container) -> Iterator[None]:
    """A worker that is at work in the block and has stopped after it."""
    stop = threading.Event()
    worker = Worker(worker_use_cases(container), SETTINGS)
    thread = threading.Thread(target=worker.run, args=(stop.wait,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def current(container: Container, file: FileState) -> FileState:
    return container.get_file()(TENANT, file.id)


def test_a_worker_takes_a_file_from_upload_to_its_end(container: Container) -> None:
    file = upload(container, b"a,b\n1,2\n")

    with running_worker(container):
        wait_until(lambda: current(container, file).is_final)

    assert container.queue().approximate_size() == 0


def test_every_delivery_leaves_one_line_with_its_ids(container: Container) -> None:
    with structlog.testing.capture_logs(
        processors=[structlog.contextvars.merge_contextvars]
    ) as lines:
        file = upload(container, b"a,b\n1,2\n")
        with running_worker(container):
            wait_until(lambda: current(container, file).is_final)

    (line,) = (line for line in lines if line["event"] == "delivery_done")
    assert line["result"] == DeliveryResult.FINISHED
    assert line["file_id"] == str(file.id)
    assert line["receive_count"] == 1
    assert line["message_id"]


def test_messages_that_are_not_ours_are_logged_and_the_work_goes_on(container: Container) -> None:
    queue, dead_letters = container.queue(), container.dead_letters()
    assert isinstance(queue, MemoryMessageQueue)
    assert isinstance(dead_letters, MemoryDeadLetterQueue)
    with structlog.testing.capture_logs() as lines:
        queue.put("nonsense \x1b[2J")
        dead_letters.put("more nonsense")
        file = upload(container, b"a,b\n1,2\n")
        with running_worker(container):
            wait_until(lambda: current(container, file).is_final)
            wait_until(lambda: not queue.bodies and not dead_letters.bodies)

    foreign = [line for line in lines if line.get("body_sha256")]
    found = {line["event"]: (line["reason"], line["body_beginning"]) for line in foreign}
    assert found == {
        "delivery_done": ("unreadable", r"'nonsense \x1b[2J'"),
        "dead_letter_foreign": ("unreadable", "'more nonsense'"),
    }
    assert {line["log_level"] for line in foreign} == {"warning"}
    assert not [line for line in lines if line["log_level"] == "error"]


def test_a_defect_is_logged_with_its_trace_and_costs_an_attempt(container: Container) -> None:
    engine = ObedientEngine()
    engine.errors["defect"] = ZeroDivisionError("a defect")
    put_in(engine, container)
    with structlog.testing.capture_logs() as lines:
        file = upload(container, b"error defect\n")
        with running_worker(container):
            wait_until(lambda: current(container, file).failures)

    (line,) = (line for line in lines if line["event"] == "delivery_done")
    assert (line["log_level"], line["result"]) == ("warning", DeliveryResult.RETRIED)
    assert line["error_code"] == "internal_error"
    assert line["exc_info"] is engine.errors["defect"]


def test_work_that_outlasts_the_drain_time_is_given_back_unharmed(container: Container) -> None:
    engine = EndlessEngine()
    put_in(engine, container)
    file = upload(container, b"a,b\n1,2\n")

    with running_worker(container):
        assert engine.is_at_work.wait(10)

    released = current(container, file)
    assert released.status == "PENDING"
    assert (released.failures, released.starts, released.lease) == (0, 0, None)
