import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import structlog
from dependency_injector import providers

from adapters.memory.message_queue import MemoryDeadLetterQueue, MemoryMessageQueue
from application.errors import ConfigurationError
from application.ports.content_engine import ContentEngine
from application.use_cases.file_messages import work_message
from application.use_cases.process_delivery import DeliveryResult
from application.use_cases.upload_file import UploadDetails
from domain.file_state import FileState
from entrypoints.cli.worker import worker_use_cases
from entrypoints.container import Container
from entrypoints.profiles import memory
from entrypoints.settings import Profile, Settings
from entrypoints.worker import worker as worker_module
from entrypoints.worker.worker import Worker, WorkerSettings
from tests.builders import TENANT
from tests.doubles import ObedientEngine
from tests.entrypoints.worker.awkward_ports import (
    EndlessEngine,
    PolledQueue,
    SlowPublisher,
    StickyDeadLetterQueue,
)
from tests.entrypoints.worker.waiting import wait_until

SETTINGS = WorkerSettings(concurrency=2, long_poll_seconds=0.05, drain_seconds=2)


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


def poll(container: Container) -> PolledQueue:
    """Has them made anew over a queue whose long poll the test holds."""
    queue = PolledQueue(container.queue())
    container.queue.override(providers.Object(queue))
    container.reset_singletons()
    return queue


def upload(container: Container, content: bytes) -> FileState:
    receipt = container.upload_file()(TENANT, name="a.csv", chunks=[content], details=UploadDetails)
    return receipt.file


@contextmanager
def running_worker(container: Container) -> Iterator[threading.Event]:
    """A worker that is at work in the block, until the event, and has stopped after it."""
    stop = threading.Event()
    worker = Worker(worker_use_cases(container), SETTINGS)
    thread = threading.Thread(target=worker.run, args=(stop.wait,))
    thread.start()
    try:
        yield stop
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


def test_a_worker_that_stops_sees_the_messages_out_that_it_has_claimed(
    container: Container,
) -> None:
    publisher = SlowPublisher(container.publisher())
    container.publisher.override(providers.Object(publisher))
    container.reset_singletons()
    upload(container, b"a,b\n1,2\n")

    with running_worker(container):
        assert publisher.is_asked.wait(30)

    assert publisher.has_answered.is_set()


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


def test_messages_that_come_again_are_counted_in_the_log(container: Container) -> None:
    queue = container.queue()
    assert isinstance(queue, MemoryMessageQueue)
    with structlog.testing.capture_logs() as lines:
        file = upload(container, b"a,b\n1,2\n")
        container.relay_outbox()()
        [body] = queue.bodies
        with running_worker(container):
            wait_until(lambda: current(container, file).is_final)
            for _ in range(2):
                queue.put(body)
            wait_until(lambda: not queue.bodies)

    done = [line for line in lines if line["event"] == "delivery_done"]
    assert sorted((line["result"], line["result_total"]) for line in done) == [
        (DeliveryResult.DROPPED, 1),
        (DeliveryResult.DROPPED, 2),
        (DeliveryResult.FINISHED, 1),
    ]


def test_a_dead_letter_that_is_sent_again_is_counted_in_the_log(container: Container) -> None:
    dead_letters = container.dead_letters()
    assert isinstance(dead_letters, MemoryDeadLetterQueue)
    with structlog.testing.capture_logs() as lines:
        files = [upload(container, b"a,b\n1,2\n") for _ in range(2)]
        with container.units_of_work().for_writing() as work:
            for file in files:
                work.outbox.withdraw_work(file.id)
                dead_letters.put(work_message(file).body)
            work.commit()
        with running_worker(container):
            wait_until(lambda: all(current(container, file).is_final for file in files))

    sent = [line for line in lines if line["event"] == "dead_letter_sent_again"]
    assert {line["file_id"] for line in sent} == {str(file.id) for file in files}
    assert [line["sent_again_total"] for line in sent] == [1, 2]


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
    assert sorted(line["foreign_total"] for line in foreign) == [1, 2]
    assert not [line for line in lines if line["log_level"] == "error"]


def test_a_dead_letter_that_fails_is_told_after_those_that_did_not(container: Container) -> None:
    dead_letters = container.dead_letters()
    assert isinstance(dead_letters, MemoryDeadLetterQueue)
    for body in (StickyDeadLetterQueue.STICKY, "nonsense"):
        dead_letters.put(body)
    container.dead_letters.override(providers.Object(StickyDeadLetterQueue(dead_letters)))
    container.reset_singletons()

    with structlog.testing.capture_logs() as lines, running_worker(container):
        wait_until(lambda: [line for line in lines if line["event"] == "loop_step_failed"])

    told = [line for line in lines if line["event"] in ("dead_letter_foreign", "loop_step_failed")]
    assert [line["event"] for line in told] == ["dead_letter_foreign", "loop_step_failed"]
    assert told[0]["body_beginning"] == "'nonsense'"


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


def test_what_an_operator_must_mend_is_an_error_with_its_reason(container: Container) -> None:
    engine = ObedientEngine()
    engine.errors["denied"] = ConfigurationError("storage", "GetObject was answered with 403")
    put_in(engine, container)
    with structlog.testing.capture_logs() as lines:
        file = upload(container, b"error denied\n")
        with running_worker(container):
            wait_until(lambda: current(container, file).retries)

    (line,) = (line for line in lines if line["event"] == "delivery_done")
    assert (line["log_level"], line["error"]) == (
        "error",
        "storage: GetObject was answered with 403",
    )
    assert current(container, file).failures == 0


def test_work_that_outlasts_the_drain_time_is_given_back_unharmed(container: Container) -> None:
    engine = EndlessEngine()
    put_in(engine, container)
    file = upload(container, b"a,b\n1,2\n")

    with running_worker(container):
        assert engine.is_at_work.wait(10)

    released = current(container, file)
    assert released.status == "PENDING"
    assert (released.failures, released.starts, released.lease) == (0, 0, None)


def test_running_work_is_given_back_while_the_long_poll_is_still_awaited(
    container: Container,
) -> None:
    engine, queue = EndlessEngine(), poll(container)
    put_in(engine, container)
    file = upload(container, b"a,b\n1,2\n")

    with running_worker(container) as stop:
        assert engine.is_at_work.wait(10)
        assert queue.is_polled.wait(10)
        stop.set()

        wait_until(lambda: current(container, file).status == "PENDING")

        assert not queue.poll_may_end.is_set()
        queue.poll_may_end.set()


def test_what_the_last_long_poll_brings_is_for_others_at_once(container: Container) -> None:
    queue = poll(container)
    with running_worker(container) as stop, structlog.testing.capture_logs() as lines:
        assert queue.is_polled.wait(10)
        stop.set()
        wait_until(lambda: "worker_stopping" in [line["event"] for line in lines])
        file = upload(container, b"a,b\n1,2\n")
        wait_until(lambda: container.queue().approximate_size() == 1)
        queue.poll_may_end.set()

    [delivery] = container.queue().receive(limit=10, wait_seconds=0)
    assert str(file.id) in delivery.body
    assert delivery.receive_count == 2
    assert current(container, file).attempt == 0


def test_a_queue_that_takes_no_deletions_does_not_keep_the_process(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "LONGEST_FLUSH_SECONDS", 0.1)
    queue = poll(container)
    queue.poll_may_end.set()
    queue.may_flush.clear()

    with structlog.testing.capture_logs() as lines, running_worker(container):
        assert queue.is_polled.wait(10)

    queue.may_flush.set()
    assert "queue_not_flushed" in [line["event"] for line in lines]
