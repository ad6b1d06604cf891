"""What a person at the terminal gets to see."""

import os
import sys

import click


def say(line: str = "") -> None:
    """Prints the line, unless nobody is there any more to read it.

    A terminal that was closed, or a reader that has had enough, is no reason to fail.
    """
    try:
        click.echo(line)
    except OSError:
        # What is left in the buffer would fail once more, and the exit code with it.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def default_log_level() -> str:
    """Of a command that has something to say itself: its log would bury that on a terminal."""
    return "WARNING" if sys.stderr.isatty() else "INFO"
