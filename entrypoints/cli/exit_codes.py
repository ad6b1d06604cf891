"""Exit codes that say whose fault it is: 1 the file's, 2 the call's or the machine's."""

import functools
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import click

from application.errors import ApplicationError
from entrypoints.cli.local_results import LocalFileError
from entrypoints.cli.service_client import ServiceError
from entrypoints.cli.standard_output import OutputError
from entrypoints.settings_error import SettingsError

Command = TypeVar("Command", bound=Callable[..., Any])

BAD_ROWS = 1
COULD_NOT_RUN = 2
INTERRUPTED = 130


def explain_failures(command: Command) -> Command:
    """Makes what the file has no part in one line on standard error, and exit code 2."""

    @functools.wraps(command)
    def explained(*args: Any, **kwargs: Any) -> Any:
        context = click.get_current_context()
        try:
            return command(*args, **kwargs)
        except (
            ApplicationError,
            LocalFileError,
            OutputError,
            ServiceError,
            SettingsError,
        ) as error:
            with suppress(OSError):
                click.echo(f"Error: {error}", err=True)
            context.exit(COULD_NOT_RUN)
        except KeyboardInterrupt:
            context.exit(INTERRUPTED)

    return explained  # type: ignore[return-value]  # the same signature, which wraps cannot say
