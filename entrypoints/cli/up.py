"""`gristmill up`: the whole service on this machine."""

import os
from pathlib import Path

import click

from entrypoints.access_settings import AuthMode, read_api_key
from entrypoints.cli.example_files import upload_examples
from entrypoints.cli.options import (
    allow_open_option,
    auth_option,
    data_dir_option,
    explain_refusals,
    host_option,
    log_level_option,
    port_option,
    read_settings,
)
from entrypoints.cli.service import run_service
from entrypoints.cli.service_client import ServiceClient, ServiceError
from entrypoints.cli.start_error import StartError
from entrypoints.cli.terminal import default_log_level, say
from entrypoints.settings import Profile, Settings
from entrypoints.settings_error import SettingsError
from entrypoints.stop_signals import StopSignals


class NotEmbeddedError(StartError):
    """The profile is not the one that needs nothing but this machine."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(f"up runs the embedded profile, GRISTMILL_PROFILE asks for {profile}")


@click.command()
@host_option
@port_option
@data_dir_option
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="How many worker processes to run. [one less than there are processors, at least 1]",
)
@click.option("--with-examples", is_flag=True, help="Upload the example files; once is enough.")
@auth_option
@allow_open_option
@log_level_option("GRISTMILL_LOG_LEVEL, INFO; WARNING on a terminal")
@explain_refusals
def up(
    *,
    host: str | None,
    port: int | None,
    data_dir: Path | None,
    workers: int | None,
    with_examples: bool,
    auth: str | None,
    allow_open: bool | None,
    log_level: str | None,
) -> None:
    """Run the service: API, workers and all that belongs to it, until Ctrl-C."""
    settings = read_settings(
        default_log_level(),
        host=host,
        port=port,
        data_dir=data_dir,
        auth=auth,
        allow_open=allow_open,
        log_level=log_level,
    )
    check_embedded(settings)
    signals = StopSignals()
    signals.install()

    def when_ready(url: str) -> None:
        say()
        say(f"Gristmill is ready: {url}")
        say(f"  the API, explained  {url}/docs")
        say(f"  your files          {url}/files")
        say(f"  everything is kept  {settings.data_dir.resolve()}")
        if settings.access.auth is AuthMode.KEYS:
            say("  callers need a key   gristmill keys create --help")
        if settings.log_level in ("WARNING", "ERROR"):
            say("  all that goes on    is logged with --log-level INFO")
        if with_examples:
            _upload_examples(url)
        say("Stop it with Ctrl-C.")
        say()

    run_service(
        settings,
        "up",
        workers=workers or default_workers(),
        signals=signals,
        when_ready=when_ready,
    )
    say("Gristmill has stopped.")


def check_embedded(settings: Settings) -> None:
    """Raises NotEmbeddedError unless this machine is all that the profile needs."""
    if settings.profile is not Profile.EMBEDDED:
        raise NotEmbeddedError(settings.profile)


def default_workers() -> int:
    """One for each processor, but for one that answers requests."""
    return max(1, (os.cpu_count() or 2) - 1)


def _upload_examples(url: str) -> None:
    try:
        for file in upload_examples(ServiceClient(url, api_key=read_api_key())):
            say(f"  {file['originalName']:<22}{url}/files/{file['id']}")
    except (ServiceError, SettingsError) as error:
        click.echo(f"The examples could not be uploaded: {error}", err=True)
