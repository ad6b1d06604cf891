"""`gristmill migrate`: the tables of this version."""

from pathlib import Path

import click

from entrypoints.cli import composition
from entrypoints.cli.options import data_dir_option, explain_refusals, read_settings


@click.command()
@data_dir_option
@explain_refusals
def migrate(*, data_dir: Path | None) -> None:
    """Bring the database to this version; nothing changes when it is."""
    composition.migrate(read_settings(data_dir=data_dir))
    click.echo("The database has the tables of this version.")
