"""Options whose values the domain reads, and those that every command over a file has."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from domain.errors import InvalidOptionError
from domain.processing_options import parse_delimiter, parse_encoding

Parsed = TypeVar("Parsed")
Command = TypeVar("Command", bound=Callable[..., Any])


def parsed_by(
    parse: Callable[[str], Parsed],
) -> Callable[[click.Context, click.Parameter, str | None], Parsed | None]:
    """A callback that gives an option's value as the domain reads it."""

    def read(context: click.Context, option: click.Parameter, text: str | None) -> Parsed | None:
        try:
            return None if text is None else parse(text)
        except InvalidOptionError as error:
            raise click.BadParameter(f'"{error.value}" is not {error.expected}') from error

    return read


def file_argument(command: Command) -> Command:
    """Gives the command its FILE, as `path`."""
    kind = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.argument("path", metavar="FILE", type=kind)(command)


def reading_options(command: Command) -> Command:
    """Gives the command what may be said of how a file is written."""
    options = (
        click.option(
            "--encoding",
            callback=parsed_by(parse_encoding),
            help="What the file is written in: cp1252 for one. [told by its content]",
        ),
        click.option(
            "--delimiter",
            callback=parsed_by(parse_delimiter),
            help="What stands between the cells of a CSV file: , ; | or \\t. [told by its content]",
        ),
        click.option(
            "--header/--no-header",
            default=True,
            show_default=True,
            help="Whether the first record of a CSV file names its columns.",
        ),
    )
    # The help lists options in the order of decorators, the last of which is applied first.
    for option in reversed(options):
        command = option(command)
    return command
