"""`gristmill demo`: the example files, from upload to results."""

import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from entrypoints.cli.example_files import upload_examples
from entrypoints.cli.options import (
    data_dir_option,
    explain_refusals,
    log_level_option,
    read_settings,
)
from entrypoints.cli.report_text import error_lines, outcome_line
from entrypoints.cli.service import run_service
from entrypoints.cli.service_client import ServiceClient, ServiceError
from entrypoints.cli.up import check_embedded
from entrypoints.stop_signals import StopSignals

DEADLINE_SECONDS = 120.0
LOOK_EVERY_SECONDS = 0.1
SHOWN_ERRORS = 5


@click.command()
@data_dir_option
@log_level_option
@explain_refusals
def demo(*, data_dir: Path | None, log_level: str | None) -> None:
    """Process the example files, print what became of them, and exit.

    The service runs on a free port and in a folder of its own, which is kept.
    """
    folder = data_dir or Path(tempfile.mkdtemp(prefix="gristmill-demo-"))
    settings = read_settings(data_dir=folder, log_level=log_level or "WARNING")
    check_embedded(settings)
    signals = StopSignals()
    signals.install()
    demonstration = _Demonstration(signals)
    run_service(
        replace(settings, host="127.0.0.1", port=0),
        "demo",
        workers=1,
        signals=signals,
        when_ready=demonstration,
    )
    if demonstration.failure is not None:
        raise click.ClickException(demonstration.failure)
    click.echo(f"Everything is kept in {folder.resolve()}; to look around:")
    click.echo(f"  gristmill up --data-dir {folder.resolve()}")


class _Demonstration:
    """Runs when the service is ready, and stops it in the end."""

    def __init__(self, signals: StopSignals) -> None:
        self.failure: str | None = "the service did not become ready in time"
        self._signals = signals
        deadline = threading.Timer(DEADLINE_SECONDS, signals.pretend)
        deadline.daemon = True
        deadline.start()

    def __call__(self, url: str) -> None:
        try:
            self.failure = "the examples were not finished in time"
            client = ServiceClient(url)
            for file in upload_examples(client):
                for line in _story(client, _finished(client, file)):
                    click.echo(line)
            self.failure = None
        except ServiceError as error:
            self.failure = str(error)
        finally:
            self._signals.pretend()


def _finished(client: ServiceClient, file: dict[str, Any]) -> dict[str, Any]:
    never = threading.Event()
    while not file["done"]:
        never.wait(LOOK_EVERY_SECONDS)
        file = client.get(f"/files/{file['id']}")
    return file


def _story(client: ServiceClient, file: dict[str, Any]) -> Iterator[str]:
    """What became of a file, in lines."""
    yield outcome_line(file["originalName"], f"{file['status']}, {file['outcome']}", file["rows"])
    errors = client.get(f"/files/{file['id']}/errors?limit={SHOWN_ERRORS}")
    yield from error_lines(errors["items"], total=errors["total"], shown=SHOWN_ERRORS)
    yield "  results:"
    results = client.get(f"/files/{file['id']}/results")
    for result in results["items"]:
        yield f"    {result['name']:<14}{result['bytes']:>7} bytes  sha256 {result['sha256']}"
    yield ""
