"""The `gristmill` command."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

import click

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "up": "entrypoints.cli.up",
        "demo": "entrypoints.cli.demo",
        "validate": "entrypoints.cli.validate",
        "infer": "entrypoints.cli.infer",
        "api": "entrypoints.cli.api",
        "worker": "entrypoints.cli.worker",
        "migrate": "entrypoints.cli.migrate",
        "provision": "entrypoints.cli.provision",
        "keys": "entrypoints.cli.keys",
        "redrive": "entrypoints.cli.redrive",
        "doctor": "entrypoints.cli.doctor",
    }
)
"""The module of each command, in which the command bears its own name."""


class LateGroup(click.Group):
    """Imports a command when it is asked for: a worker needs no server, and carries none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name]), cmd_name)
        return command


@click.group(cls=LateGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gristmill")
def main() -> None:
    """Takes the CSV and JSON files that other people submit, and mills them."""


if __name__ == "__main__":
    main()
