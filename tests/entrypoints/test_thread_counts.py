import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from dependency_injector import providers

from application.ports.content_engine import ContentEngine, EngineJob
from application.use_cases.upload_file import UploadDetails
from domain.processing_report import ProcessingReport
from entrypoints.cli.worker import worker_use_cases
from entrypoints.profiles import embedded, memory
from entrypoints.settings import Profile, Settings
from entrypoints.thread_counts import api_threads, worker_threads
from entrypoints.worker.worker import Worker, WorkerSettings
from tests.builders import TENANT
from tests.doubles import ObedientEngine
from tests.entrypoints.worker.waiting import wait_until

CONCURRENCY = 3


class BusyEngine(ContentEngine):
    """Keeps every file until it is told to stop."""

    def __init__(self) -> None:
        self.at_work: set[int] = set()

    def process(self, job: EngineJob) -> ProcessingReport:
        self.at_work.add(threading.get_ident())
        wait_until(job.should_stop, seconds=30)
        return ObedientEngine().process(job)


@pytest.fixture(autouse=True)
def _as_if_nobody_logged() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def test_a_worker_has_no_more_threads_than_are_counted_for_it() -> None:
    settings = replace(
        Settings.from_environment(), profile=Profile.MEMORY, worker_concurrency=CONCURRENCY
    )
    container, engine = memory.build(settings), BusyEngine()
    container.engine.override(providers.Object(engine))
    container.reset_singletons()
    for number in range(CONCURRENCY):
        container.upload_file()(
            TENANT, name=f"{number}.csv", chunks=[b"a,b\n1,2\n"], details=UploadDetails
        )
    before, stop = set(threading.enumerate()), threading.Event()
    worker = Worker(
        worker_use_cases(container),
        WorkerSettings(concurrency=CONCURRENCY, long_poll_seconds=0.05, drain_seconds=2),
    )
    running = threading.Thread(target=worker.run, args=(stop.wait,))
    running.start()
    wait_until(lambda: len(engine.at_work) == CONCURRENCY)

    at_work = set(threading.enumerate()) - before - {running}

    stop.set()
    running.join(30)
    assert len(at_work) == worker_threads(settings), [thread.name for thread in at_work]


def test_every_thread_of_a_process_finds_a_connection(tmp_path: Path) -> None:
    # With few threads for the server, a worker of many files once shared their connections.
    settings = replace(
        Settings.from_environment(), data_dir=tmp_path, server_threads=4, worker_concurrency=8
    )
    embedded.migrate(settings)
    threads = max(api_threads(settings), worker_threads(settings))
    container = embedded.build(settings, threads=threads)

    with ExitStack() as open_at_once:
        for _ in range(threads):
            work = open_at_once.enter_context(container.units_of_work().for_reading())
            work.files.count_unfinished()
