"""`gristmill worker`: one process that works on files."""

import click

from entrypoints.cli.composition import compose
from entrypoints.cli.data_directory import hold_data_directory
from entrypoints.cli.options import (
    data_dir_option,
    explain_refusals,
    lock_option,
    log_level_option,
    name_option,
    parent_option,
    read_settings,
)
from entrypoints.container import Container
from entrypoints.parent_watch import end_with_parent
from entrypoints.stop_signals import StopSignals
from entrypoints.thread_counts import worker_threads
from entrypoints.watchdog import Watchdog
from entrypoints.worker.worker import Worker, WorkerSettings, WorkerUseCases


@click.command()
@data_dir_option
@name_option
@log_level_option()
@parent_option
@lock_option
@explain_refusals
def worker(*, parent_pid: int | None, lock_descriptor: int | None, **given: object) -> None:
    """Run a worker alone: one process that works on files."""
    if parent_pid is not None:
        end_with_parent(parent_pid)
    settings = read_settings(**given)
    signals = StopSignals()
    signals.install()
    hold_data_directory(settings, "worker", inherited=lock_descriptor)
    container = compose(settings, threads=worker_threads(settings))
    Watchdog(
        container.pulses(), clock=container.clock(), limit_seconds=settings.watchdog_seconds
    ).start()
    Worker(
        worker_use_cases(container),
        WorkerSettings(
            concurrency=settings.worker_concurrency,
            long_poll_seconds=settings.long_poll_seconds,
            drain_seconds=settings.drain_seconds,
        ),
    ).run(signals.wait)
    container.close()()


def worker_use_cases(container: Container) -> WorkerUseCases:
    """What a worker process drives."""
    return WorkerUseCases(
        queue=container.watched_queue(),
        clock=container.clock(),
        bell=container.bell(),
        gate=container.gate(),
        pulses=container.pulses(),
        held_leases=container.held_leases(),
        process_delivery=container.process_delivery(),
        release_held_file=container.release_held_file(),
        relay_outbox=container.relay_outbox(),
        watch_dead_letters=container.watch_dead_letters(),
        reconcile=container.reconcile(),
        collect_garbage=container.collect_garbage(),
    )
