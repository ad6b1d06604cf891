"""Options whose values the domain reads."""

from collections.abc import Callable
from typing import TypeVar

import click

from domain.errors import InvalidOptionError

Parsed = TypeVar("Parsed")


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
