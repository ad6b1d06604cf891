"""The whole service on this machine, from the checks before its start to its last process."""

import os
import threading
from collections.abc import Callable
from dataclasses import replace

from entrypoints.cli.child import Child, ChildPlan
from entrypoints.cli.composition import compose_recoverable, migrate
from entrypoints.cli.data_directory import DataDirectoryLock
from entrypoints.cli.listening import ORPHAN_SECONDS, check_host, free_port, reachable_url
from entrypoints.cli.service_client import ServiceClient
from entrypoints.cli.supervisor import Supervisor
from entrypoints.settings import Settings
from entrypoints.stop_signals import StopSignals

READY_EVERY_SECONDS = 0.1

WhenReady = Callable[[str], None]
"""Is given the URL of the service that has become ready."""


def run_service(
    settings: Settings,
    command: str,
    *,
    workers: int,
    signals: StopSignals,
    when_ready: WhenReady,
) -> None:
    """Runs an API and `workers` workers until a signal comes; then no process is left.

    `when_ready` is called once, in a thread of its own, when the API answers; `command` is
    what others learn who want the data directory meanwhile. Raises DataDirectoryInUseError,
    UnusableDataDirectoryError, PortTakenError, UnusableAddressError, OpenToOthersError,
    NewerDatabaseError and DependencyError; then nothing was started.
    """
    check_host(settings.host, allow_open=settings.may_face_others)
    with DataDirectoryLock(settings.data_dir, command, patience_seconds=ORPHAN_SECONDS) as lock:
        port = free_port(settings.host, settings.port, patience_seconds=ORPHAN_SECONDS)
        settings = replace(settings, port=port)
        migrate(settings)
        container = compose_recoverable(settings, threads=1)
        recover = container.recover_after_crash()
        # Nobody else is alive here, as the lock shows: whatever is held, the dead hold it.
        recover()
        clock = container.clock()
        children = [
            Child(plan, clock=clock, descriptor=lock.descriptor)
            for plan in _plans(settings, lock, workers=workers)
        ]
        _call_when_ready(reachable_url(settings.host, port), when_ready)
        Supervisor(
            children,
            recover=lambda name: recover(owner=name),
            clock=clock,
            drain_seconds=settings.drain_seconds,
        ).run(signals)


def _plans(settings: Settings, lock: DataDirectoryLock, *, workers: int) -> list[ChildPlan]:
    common = (
        *("--data-dir", str(settings.data_dir)),
        *("--log-level", settings.log_level),
        *("--parent", str(os.getpid())),
        *("--lock", str(lock.descriptor)),
    )
    address = ["--host", settings.host, "--port", str(settings.port)]
    address += ["--auth", settings.access.auth]
    if settings.allow_open:
        address.append("--allow-open")
    return [
        ChildPlan(name="api", arguments=("api", *address, *common, "--name", "api")),
        *(
            ChildPlan(name=name, arguments=("worker", *common, "--name", name))
            for name in (f"worker-{number}" for number in range(1, workers + 1))
        ),
    ]


def _call_when_ready(url: str, when_ready: WhenReady) -> None:
    def wait() -> None:
        client = ServiceClient(url)
        never = threading.Event()
        while not client.is_ready():
            never.wait(READY_EVERY_SECONDS)
        when_ready(url)

    threading.Thread(target=wait, name="when-ready", daemon=True).start()
