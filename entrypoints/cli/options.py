"""What several commands have in common."""

import functools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from application.errors import ApplicationError
from entrypoints.access_settings import AuthMode
from entrypoints.cli.start_error import StartError
from entrypoints.settings import Settings
from entrypoints.settings_error import SettingsError

Command = TypeVar("Command", bound=Callable[..., Any])

data_dir_option = click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    metavar="DIRECTORY",
    help="Where everything is kept. [GRISTMILL_DATA_DIR, ./gristmill-data]",
)
host_option = click.option("--host", help="The address to listen on. [GRISTMILL_HOST, 127.0.0.1]")
port_option = click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="The port to listen on; 0 for any free one. [GRISTMILL_PORT, 8000]",
)
allow_open_option = click.option(
    "--allow-open",
    is_flag=True,
    default=None,
    help="Listen where other machines can connect, although nobody has to show a key.",
)
auth_option = click.option(
    "--auth",
    type=click.Choice([mode.value for mode in AuthMode]),
    help="Whether callers need an API key. [GRISTMILL_AUTH, open]",
)
name_option = click.option(
    "--name", "worker_name", help="The process's name in leases and logs. [GRISTMILL_WORKER_NAME]"
)
parent_option = click.option("--parent", "parent_pid", type=int, hidden=True)
lock_option = click.option("--lock", "lock_descriptor", type=int, hidden=True)


def log_level_option(default: str = "GRISTMILL_LOG_LEVEL, INFO") -> Callable[[Command], Command]:
    """The option, whose help says that without it `default` counts."""
    return click.option(
        "--log-level",
        type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"]),
        help=f"How much to log to stderr. [{default}]",
    )


def read_settings(default_log_level: str = "INFO", /, **given: object) -> Settings:
    """The environment's settings, replaced by those options that were given."""
    known = {name: value for name, value in given.items() if value is not None}
    changes: dict[str, Any] = dict(known)
    settings = Settings.from_environment(default_log_level=default_log_level)
    auth = changes.pop("auth", None)
    if auth is not None:
        changes["access"] = replace(settings.access, auth=AuthMode(auth))
    return replace(settings, **changes)


def explain_refusals(command: Command) -> Command:
    """Makes what a person can put right a message instead of a traceback."""

    @functools.wraps(command)
    def explained(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except SettingsError as error:
            raise click.UsageError(str(error)) from error
        except (StartError, ApplicationError) as error:
            raise click.ClickException(str(error)) from error

    return explained  # type: ignore[return-value]  # the same signature, which wraps cannot say
