"""Standard output, whatever is at its other end."""

import io
import os
import sys
from contextlib import suppress

import click


class OutputError(Exception):
    """Standard output takes nothing more."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"cannot write to standard output: {error.strerror or error}")


def print_lines(lines: list[str]) -> None:
    """Prints whatever the lines hold; raises OutputError when that fails."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A file's name need not be text, nor a terminal know every character of its content.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        click.echo("\n".join(lines))
    except OSError as error:
        _forget_output()
        raise OutputError(error) from error


def takes_all_characters() -> bool:
    """True when standard output is in UTF-8."""
    return sys.stdout is not None and sys.stdout.encoding.lower() == "utf-8"


def _forget_output() -> None:
    """Lets the interpreter's last flush succeed, which would print a traceback of its own."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
