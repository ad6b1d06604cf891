"""`gristmill demo`: the example files, from upload to results."""

import shlex
import shutil
import sys
import tempfile
import threading
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from entrypoints.access_settings import AuthMode
from entrypoints.cli.demo_results import tell
from entrypoints.cli.example_files import upload_examples
from entrypoints.cli.options import (
    explain_refusals,
    log_level_option,
    read_settings,
)
from entrypoints.cli.service import run_service
from entrypoints.cli.service_client import ServiceClient, ServiceError
from entrypoints.cli.up import check_embedded
from entrypoints.settings import Settings
from entrypoints.stop_signals import StopSignals

DEADLINE_SECONDS = 120.0
LOOK_EVERY_SECONDS = 0.1


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("gristmill-demo"),
    show_default=True,
    help="The folder for the results; those of an earlier demo are replaced.",
)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    metavar="DIRECTORY",
    help="Where the demo's own data is kept. [a temporary folder, removed in the end]",
)
@log_level_option("WARNING")
@explain_refusals
def demo(*, out: Path, data_dir: Path | None, log_level: str | None) -> None:
    """Process the example files, save and print what became of them, and exit.

    The service runs on a free port. Its own data is removed in the end, unless --data-dir says
    where it shall be kept.
    """
    with _folder(data_dir) as folder:
        settings = read_settings(data_dir=Path(folder), log_level=log_level or "WARNING")
        check_embedded(settings)
        signals = StopSignals()
        signals.install()
        demonstration = _Demonstration(signals, out)
        run_service(
            _open_to_itself(settings),
            "demo",
            workers=1,
            signals=signals,
            when_ready=demonstration,
        )
    if demonstration.failure is not None:
        raise click.ClickException(demonstration.failure)
    _tell_what_is_next(out, data_dir)


class _Demonstration:
    """Runs when the service is ready, and stops it in the end."""

    def __init__(self, signals: StopSignals, out: Path) -> None:
        self.failure: str | None = "the service did not become ready in time"
        self._signals = signals
        self._out = out
        deadline = threading.Timer(DEADLINE_SECONDS, signals.pretend)
        deadline.daemon = True
        deadline.start()

    def __call__(self, url: str) -> None:
        try:
            self.failure = "the examples were not finished in time"
            client = ServiceClient(url)
            for file in upload_examples(client):
                for line in tell(client, _finished(client, file), folder=self._out):
                    click.echo(line)
                click.echo()
            self.failure = None
        except (ServiceError, OSError) as error:
            self.failure = str(error)
        finally:
            self._signals.pretend()


def _open_to_itself(settings: Settings) -> Settings:
    access = replace(settings.access, auth=AuthMode.OPEN, requests_per_minute=0)
    return replace(settings, host="127.0.0.1", port=0, access=access)


def _folder(data_dir: Path | None) -> AbstractContextManager[str]:
    if data_dir is not None:
        return nullcontext(str(data_dir))
    return tempfile.TemporaryDirectory(prefix="gristmill-demo-")


def _finished(client: ServiceClient, file: dict[str, Any]) -> dict[str, Any]:
    never = threading.Event()
    while not file["done"]:
        never.wait(LOOK_EVERY_SECONDS)
        file = client.get(file["links"]["self"])
    return file


def _tell_what_is_next(out: Path, data_dir: Path | None) -> None:
    click.echo(f"The results are in {out.resolve()}")
    click.echo("To see them in the API, and to upload files of your own:")
    kept = [] if data_dir is None else ["--data-dir", str(data_dir.resolve())]
    click.echo(f"  {shlex.join([*_own_command(), 'up', '--with-examples', *kept])}")


def _own_command() -> list[str]:
    """How this very program can be called from where the user stands."""
    script = Path(sys.executable).with_name("gristmill")
    if not script.exists():
        return [sys.executable, "-m", "entrypoints.cli.main"]
    found = shutil.which("gristmill")
    if found is not None and Path(found).samefile(script):
        return ["gristmill"]
    here = Path.cwd()
    return [str(script.relative_to(here) if script.is_relative_to(here) else script)]
