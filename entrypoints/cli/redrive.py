"""`gristmill redrive`: another chance for files that were given up."""

import json
from collections.abc import Mapping
from typing import Any

import click

from entrypoints.access_settings import read_api_key
from entrypoints.cli.exit_codes import COULD_NOT_RUN, explain_failures
from entrypoints.cli.listening import reachable_url
from entrypoints.cli.redrive_text import preview_lines, report_lines
from entrypoints.cli.service_client import ServiceClient, ServiceError
from entrypoints.cli.standard_output import print_lines, takes_all_characters
from entrypoints.settings import Settings

REDRIVE = "/dead-letters/redrive"
LEFT_BEHIND = 1
"""The exit code when some could not be redriven."""

MOST_VAIN_CALLS = 3
"""After so many the database is away, or somebody keeps it: the rest would fail one by one."""

Members = Mapping[str, Any]


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--code", help="Those given up for this reason, resource_limit for one.")
@click.option("--tenant", help="Those of this tenant.")
@click.option("--after", metavar="TIME", help="Those given up after 2026-11-24T09:00:00Z, say.")
@click.option("--before", metavar="TIME", help="Those given up before that.")
@click.option("--all", "every", is_flag=True, help="Every one; instead of the others.")
@click.option("--yes", is_flag=True, help="Redrive them. Without it, nothing is changed.")
@click.option(
    "--url", help="Where the service answers. [http://, GRISTMILL_HOST and GRISTMILL_PORT]"
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, and nothing else.")
@click.pass_context
@explain_failures
def redrive(
    context: click.Context,
    /,
    *,
    yes: bool,
    url: str | None,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Give files that were given up (dead letters) another chance, with a fresh budget.

    Asks the running service which they are, and says so; with --yes they are redriven, too.
    What is chosen holds together: ids, code, tenant, times. Redriving twice is redriving once.

    Exits with 0, with 1 when some could not be redriven, with 2 when the command cannot be
    understood or carried out.
    """
    wanted = _wanted(chosen)
    client = ServiceClient(_checked(url) or _own_url(), api_key=read_api_key())
    preview = client.post(REDRIVE, wanted)
    if not yes:
        _print(preview, preview_lines(preview, chosen), as_json=as_json)
        return
    report, failure = _carry_out(client, preview)
    _print(report, report_lines(report), as_json=as_json)
    if failure is not None:
        # What was done before is told all the same: it stays done.
        click.echo(f"Error: {failure}", err=True)
        context.exit(COULD_NOT_RUN)
    context.exit(LEFT_BEHIND if report["failed"] else 0)


def _wanted(chosen: Members) -> Members:
    members = {
        "ids": list(chosen["ids"]),
        "code": chosen["code"],
        "tenant": chosen["tenant"],
        "deadLetteredAfter": chosen["after"],
        "deadLetteredBefore": chosen["before"],
        "all": chosen["every"],
    }
    wanted = {name: value for name, value in members.items() if value}
    if not wanted:
        raise click.UsageError("say which: by ids, --code, --tenant, --after, --before, or --all")
    return wanted


def _checked(url: str | None) -> str | None:
    if url is not None and not url.startswith(("http://", "https://")):
        raise click.BadParameter(
            f"{url} does not begin with http:// or https://", param_hint="--url"
        )
    return url and url.rstrip("/")


def _own_url() -> str:
    settings = Settings.from_environment()
    return reachable_url(settings.host, settings.port)


def _carry_out(
    client: ServiceClient, preview: Members
) -> tuple[dict[str, Any], ServiceError | None]:
    """Redrives what the preview has shown, call by call; what became of it, and what ended it."""
    report: dict[str, Any] = {"dryRun": False, "redriven": [], "skipped": [], "failed": []}
    body: Members | None = preview["confirm"]
    vain_calls = 0
    while body is not None:
        if vain_calls == MOST_VAIN_CALLS:
            return report, ServiceError(f"{vain_calls} calls in a row redrove nothing")
        try:
            answer = client.post(REDRIVE, body)
        except ServiceError as error:
            return report, error
        for name in ("redriven", "skipped", "failed"):
            report[name] += answer[name]
        vain_calls = 0 if answer["redriven"] or not answer["failed"] else vain_calls + 1
        body = answer["next"]
    return report, None


def _print(answer: Members, lines: list[str], *, as_json: bool) -> None:
    if as_json:
        lines = [json.dumps(answer, ensure_ascii=not takes_all_characters(), indent=2)]
    print_lines(lines)
