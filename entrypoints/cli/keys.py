"""`gristmill keys`: who may call the service."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import click

from application.errors import OutdatedDatabaseError
from domain.access import DEFAULT_TENANT, Scope
from domain.errors import InvalidOptionError
from entrypoints.cli.composition import compose
from entrypoints.cli.key_text import key_lines, key_members
from entrypoints.cli.migrate import bring_up_to_date
from entrypoints.cli.options import data_dir_option, explain_refusals, read_settings
from entrypoints.cli.standard_output import print_lines, takes_all_characters
from entrypoints.cli.start_error import StartError
from entrypoints.container import Container
from entrypoints.settings import Profile, Settings

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON value, and nothing else."
)


class NoKeysKeptError(StartError):
    """The profile forgets its keys when the process ends."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(
            f"the {profile} profile keeps no keys; set GRISTMILL_PROFILE=embedded or aws"
        )


@click.group()
def keys() -> None:
    """Make, list and revoke API keys.

    The service asks for them with GRISTMILL_AUTH=keys or --auth keys.
    """


@keys.command()
@click.option("--tenant", default=DEFAULT_TENANT, show_default=True, help="Whose files it opens.")
@click.option("--name", required=True, help="What it is for; shown in lists.")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in Scope]),
    multiple=True,
    required=True,
    help="What it allows; say it several times for several. ops is over all tenants.",
)
@click.option(
    "--expires-in-days", type=click.IntRange(1, 36_500), help="How long it lasts. [until revoked]"
)
@data_dir_option
@json_option
@explain_refusals
def create(
    *,
    tenant: str,
    name: str,
    scopes: tuple[str, ...],
    expires_in_days: int | None,
    data_dir: Path | None,
    as_json: bool,
) -> None:
    """Make a key and print it, this once: it is kept nowhere.

    The key alone goes to standard output, what is to be known about it to standard error.
    """
    with _opened(data_dir) as container:
        lasts = None if expires_in_days is None else timedelta(days=expires_in_days)
        try:
            made = container.create_api_key()(
                tenant,
                name,
                scopes=frozenset(map(Scope, scopes)),
                expires_at=None if lasts is None else container.clock().now() + lasts,
            )
        except InvalidOptionError as error:
            raise click.UsageError(str(error)) from error
        now = container.clock().now()
    if as_json:
        _print_json({**key_members(made.key, now=now), "key": made.text})
        return
    print_lines([made.text])
    for line in (
        *key_lines([made.key], now=now),
        "Keep the key now: it is not shown again. Callers send it as",
        "  Authorization: Bearer gm_...",
    ):
        click.echo(line, err=True)


@keys.command("list")
@click.option("--tenant", help="Those of this tenant alone.")
@data_dir_option
@json_option
@explain_refusals
def list_keys(*, tenant: str | None, data_dir: Path | None, as_json: bool) -> None:
    """List the keys, revoked and expired ones too, without their secrets."""
    with _opened(data_dir) as container:
        found = container.list_api_keys()(tenant)
        now = container.clock().now()
    if as_json:
        _print_json([key_members(key, now=now) for key in found])
    else:
        print_lines(key_lines(found, now=now) if found else ["There is no key."])


@keys.command()
@click.argument("key_id", metavar="ID")
@data_dir_option
@json_option
@explain_refusals
def revoke(*, key_id: str, data_dir: Path | None, as_json: bool) -> None:
    """Revoke a key, for good; ID are the 8 characters after gm_.

    Processes that have just let it in may do so for five seconds more.
    """
    with _opened(data_dir) as container:
        revoked = container.revoke_api_key()(key_id)
        now = container.clock().now()
    if as_json:
        _print_json(key_members(revoked, now=now))
    else:
        print_lines(key_lines([revoked], now=now))


@contextmanager
def _opened(data_dir: Path | None) -> Generator[Container]:
    """The service's parts, over tables of this version."""
    settings = read_settings("WARNING", data_dir=data_dir)
    if settings.profile is Profile.MEMORY:
        raise NoKeysKeptError(settings.profile)
    settings.check_pepper()
    container = _composed(settings)
    try:
        yield container
    finally:
        container.close()()


def _composed(settings: Settings) -> Container:
    try:
        return compose(settings, threads=1)
    except OutdatedDatabaseError:
        if settings.profile is not Profile.EMBEDDED:
            raise
    # Keys are made before the first start, too.
    bring_up_to_date(settings)
    return compose(settings, threads=1)


def _print_json(value: object) -> None:
    print_lines([json.dumps(value, ensure_ascii=not takes_all_characters(), indent=2)])
