"""`gristmill migrate`: the tables of this version."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import click

from application.errors import OutdatedDatabaseError
from entrypoints.cli import composition
from entrypoints.cli.data_directory import (
    DataDirectoryInUseError,
    DataDirectoryLock,
    hold_data_directory,
)
from entrypoints.cli.options import data_dir_option, explain_refusals, read_settings
from entrypoints.settings import Settings


@click.command()
@data_dir_option
@explain_refusals
def migrate(*, data_dir: Path | None) -> None:
    """Bring the database to this version; nothing changes when it is."""
    bring_up_to_date(read_settings(data_dir=data_dir))
    click.echo("The database has the tables of this version.")


def bring_up_to_date(settings: Settings) -> None:
    """Migrates alone: whoever is at work must not find other tables from one moment to the next.

    Beside processes started alone it succeeds when there is nothing to do, since each of them
    may be preceded by it.
    """
    try:
        lock = hold_data_directory(settings, "migrate", alone=True)
    except DataDirectoryInUseError as in_use:
        lock = hold_data_directory(settings, "migrate")
        with _released(lock):
            _check_nothing_to_do(settings, in_use)
    else:
        with _released(lock):
            composition.migrate(settings)


@contextmanager
def _released(lock: DataDirectoryLock | None) -> Generator[None]:
    """Gives the lock up at the end, for who goes on to do other things."""
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


def _check_nothing_to_do(settings: Settings, in_use: DataDirectoryInUseError) -> None:
    try:
        composition.check_start(settings)
    except OutdatedDatabaseError:
        raise in_use from None
