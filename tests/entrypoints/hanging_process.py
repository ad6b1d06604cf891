"""A worker or an API made of the real parts, of which one hangs: `python -m … worker receive`.

Each line on stdin has it process one file, and is answered by the file's outcome.
"""

import ctypes
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from dependency_injector import providers

from application.ports.content_engine import ContentEngine, EngineJob
from application.ports.event_publisher import EventPublisher
from application.ports.outbox import OutboxRecord
from application.use_cases.upload_file import UploadDetails
from domain.processing_report import ProcessingReport
from entrypoints.cli.api import http_use_cases
from entrypoints.cli.listening import free_port
from entrypoints.cli.worker import worker_use_cases
from entrypoints.container import Container
from entrypoints.http.app import create_app
from entrypoints.http.server import ServerSettings, WsgiApplication, serve
from entrypoints.http.wiring import HttpSettings
from entrypoints.profiles import memory
from entrypoints.settings import Profile, Settings
from entrypoints.stop_signals import StopSignals
from entrypoints.watchdog import Watchdog
from entrypoints.worker.loop import Loop, main_thread_is_over
from entrypoints.worker.relaying import Relaying
from entrypoints.worker.worker import Worker, WorkerSettings
from tests.builders import TENANT
from tests.doubles import ObedientEngine
from tests.entrypoints.worker.waiting import wait_until

LIMIT_SECONDS = 3.0


class HangingTopic(EventPublisher):
    """A topic whose call never returns: a deadline that somebody forgot."""

    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        threading.Event().wait()
        return {}


class LongEngine(ContentEngine):
    """Says nothing for twice as long as a thread may."""

    def process(self, job: EngineJob) -> ProcessingReport:
        threading.Event().wait(2 * LIMIT_SECONDS)
        return ObedientEngine().process(job)


class NativeEngine(ContentEngine):
    """Calls native code that never gives up the interpreter's lock, and never returns."""

    def process(self, job: EngineJob) -> ProcessingReport:
        ctypes.PyDLL(None).pause()
        return ObedientEngine().process(job)


def compose(part: str) -> Container:
    """A container in memory, watched by an impatient watchdog."""
    timings = Settings.from_environment().timings
    quick = replace(timings, heartbeat=timings.heartbeat / 10)
    container = memory.build(
        replace(Settings.from_environment(), profile=Profile.MEMORY, timings=quick)
    )
    container.engine.override(providers.Object(ObedientEngine()))
    if part == "relay":
        container.publisher.override(providers.Object(HangingTopic()))
    if part == "engine":
        container.engine.override(providers.Object(LongEngine()))
    if part == "interpreter":
        container.engine.override(providers.Object(NativeEngine()))
    container.reset_singletons()
    Watchdog(container.pulses(), clock=container.clock(), limit_seconds=LIMIT_SECONDS).start()
    return container


def run_worker(part: str) -> None:
    """Works until SIGTERM."""
    signals = StopSignals()
    signals.install()
    container = compose(part)
    answering = threading.Thread(target=answer, args=(container,), daemon=True)
    answering.start()
    Worker(
        worker_use_cases(container),
        WorkerSettings(concurrency=1, long_poll_seconds=0.1, drain_seconds=2),
    ).run(signals.wait)


def answer(container: Container) -> None:
    """Processes a file for each line."""
    for _ in sys.stdin:
        print(process_one(container), flush=True)  # noqa: T201 - its reader is the test


def process_one(container: Container) -> object:
    """The outcome of a file."""
    file = container.upload_file()(
        TENANT, name="a.csv", chunks=[b"id\n1\n"], details=UploadDetails
    ).file

    def is_final() -> bool:
        return container.get_file()(TENANT, file.id).is_final

    wait_until(is_final, seconds=60)
    return container.get_file()(TENANT, file.id).outcome


def run_api(part: str) -> None:
    """Serves until SIGTERM."""
    port = free_port("127.0.0.1", 0, patience_seconds=0)
    settings = ServerSettings(host="127.0.0.1", port=port, threads=4, drain_seconds=1)
    serve(partial(load_api, part), settings)


def load_api(part: str, _is_ending: Callable[[], bool]) -> WsgiApplication:
    """The application, and the relay beside it, with something to send."""
    container = compose(part)
    container.upload_file()(TENANT, name="a.csv", chunks=[b"id\n1\n"], details=UploadDetails)
    Loop(
        "relay",
        Relaying(container.relay_outbox(), container.gate()),
        period_seconds=1,
        idle=container.bell().wait,
        is_over=main_thread_is_over,
        pulses=container.pulses(),
    ).start()
    return create_app(
        http_use_cases(container),
        HttpSettings(),
        authenticator=container.authenticator(),
        clock=container.clock(),
        ids=container.ids(),
    )


if __name__ == "__main__":
    {"worker": run_worker, "api": run_api}[sys.argv[1]](sys.argv[2])
