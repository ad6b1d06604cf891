"""`gristmill api`: one process that answers requests."""

from collections.abc import Callable
from functools import partial

import click

from entrypoints.access_settings import AuthMode
from entrypoints.cli.composition import check_start, compose
from entrypoints.cli.data_directory import DataDirectoryLock, hold_data_directory
from entrypoints.cli.listening import ORPHAN_SECONDS, check_host, free_port
from entrypoints.cli.options import (
    allow_open_option,
    auth_option,
    data_dir_option,
    explain_refusals,
    host_option,
    lock_option,
    log_level_option,
    name_option,
    parent_option,
    port_option,
    read_settings,
)
from entrypoints.container import Container
from entrypoints.http.app import create_app
from entrypoints.http.asgi_bridge import WsgiApplication
from entrypoints.http.server import ServerSettings, serve
from entrypoints.http.wiring import HttpSettings, HttpUseCases
from entrypoints.settings import Settings
from entrypoints.thread_counts import api_threads
from entrypoints.watchdog import Watchdog
from entrypoints.worker.loop import Loop, main_thread_is_over
from entrypoints.worker.relaying import Relaying
from entrypoints.worker.worker import RELAY_PERIOD_SECONDS


@click.command()
@host_option
@port_option
@data_dir_option
@name_option
@auth_option
@allow_open_option
@log_level_option()
@parent_option
@lock_option
@explain_refusals
def api(*, parent_pid: int | None, lock_descriptor: int | None, **given: object) -> None:
    """Run the API alone: one process that answers requests."""
    settings = read_settings(**given)
    check_host(settings.host, allow_open=settings.may_face_others)
    if settings.access.auth is AuthMode.KEYS:
        settings.check_pepper()
    lock = hold_data_directory(settings, "api", inherited=lock_descriptor)
    port = free_port(settings.host, settings.port, patience_seconds=ORPHAN_SECONDS)
    check_start(settings)
    serve(
        partial(load_application, settings, lock),
        ServerSettings(
            host=settings.host,
            port=port,
            threads=settings.server_threads,
            drain_seconds=settings.drain_seconds,
            parent_pid=parent_pid,
        ),
    )


def load_application(
    settings: Settings, _lock: DataDirectoryLock | None, is_ending: Callable[[], bool]
) -> WsgiApplication:
    """The application and, beside it, a relay that sends what it commits at once.

    The lock comes along so that the process that loads it holds it, too.
    """
    container = _compose_or_exit(settings)
    Watchdog(
        container.pulses(), clock=container.clock(), limit_seconds=settings.watchdog_seconds
    ).start()
    Loop(
        "relay",
        Relaying(container.relay_outbox(), container.gate()),
        period_seconds=RELAY_PERIOD_SECONDS,
        idle=container.bell().wait,
        is_over=main_thread_is_over,
        pulses=container.pulses(),
    ).start()
    http_settings = HttpSettings(
        max_upload_bytes=settings.upload_policy.max_bytes,
        # Health and status have to be answered while uploads and waiters hold threads.
        max_concurrent_uploads=settings.server_threads // 2,
        max_waiters=settings.server_threads // 4,
        upload_sessions=settings.upload_sessions,
        max_sample_bytes=settings.samples.limits.max_bytes,
        sample_seconds=settings.samples.limits.seconds,
        max_concurrent_samples=settings.samples.max_concurrent,
        requests_per_minute=settings.access.rate,
        is_draining=is_ending,
    )
    return create_app(
        http_use_cases(container),
        http_settings,
        authenticator=container.authenticator(),
        clock=container.clock(),
        ids=container.ids(),
    )


def _compose_or_exit(settings: Settings) -> Container:
    """Explains a refusal itself: in the server's own process no command is there to do it."""
    try:
        return explain_refusals(compose)(settings, threads=api_threads(settings))
    except click.ClickException as refusal:
        refusal.show()
        raise SystemExit(refusal.exit_code) from None


def http_use_cases(container: Container) -> HttpUseCases:
    """What the HTTP API calls."""
    return HttpUseCases(
        upload_file=container.upload_file(),
        begin_upload=container.begin_upload(),
        get_upload=container.get_upload(),
        link_parts=container.link_parts(),
        accept_part=container.accept_part(),
        complete_upload=container.complete_upload(),
        abort_upload=container.abort_upload(),
        get_file=container.get_file(),
        list_files=container.list_files(),
        get_history=container.get_history(),
        open_content=container.open_content(),
        open_result=container.open_result(),
        open_spreadsheet=container.open_spreadsheet(),
        list_row_errors=container.list_row_errors(),
        reprocess_file=container.reprocess_file(),
        cancel_file=container.cancel_file(),
        delete_file=container.delete_file(),
        register_schema=container.register_schema(),
        get_schema=container.get_schema(),
        list_schemas=container.list_schemas(),
        list_schema_versions=container.list_schema_versions(),
        make_template=container.make_template(),
        infer_schema=container.infer_schema(),
        check_sample=container.check_sample(),
        list_dead_letters=container.list_dead_letters(),
        preview_redrive=container.preview_redrive(),
        redrive_dead_letters=container.redrive_dead_letters(),
        get_stats=container.get_stats(),
        check_readiness=container.check_readiness(),
    )
