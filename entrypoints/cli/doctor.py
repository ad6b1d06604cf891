"""`gristmill doctor`: what is wrong with what the service stands on."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from application.ports.probe import ProbeResult, ProbeStatus
from entrypoints.cli.examination import Finding, examine
from entrypoints.cli.lock_look import look_at_lock
from entrypoints.cli.operations import probes
from entrypoints.cli.options import (
    data_dir_option,
    explain_refusals,
    host_option,
    port_option,
    read_settings,
)
from entrypoints.cli.service_probe import ServiceProbe
from entrypoints.settings import Profile, Settings
from entrypoints.settings_error import SettingsError

_WORDS: Mapping[ProbeStatus, str] = {
    ProbeStatus.OK: "ok",
    ProbeStatus.SKIPPED: "skipped",
    ProbeStatus.WRONG: "WRONG",
}


@click.command()
@data_dir_option
@host_option
@port_option
@click.option("--no-workers", is_flag=True, help="No worker runs now: do not ask for an answer.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, and nothing else.")
@click.pass_context
@explain_refusals
def doctor(context: click.Context, /, *, no_workers: bool, as_json: bool, **given: object) -> None:
    """Look at everything the service stands on, and say what is wrong.

    Changes nothing that lasts. Exits with 0 unless something is wrong; what was skipped is told
    with its reason.
    """
    findings = _findings(given, no_workers=no_workers)
    statuses = _print_json(findings) if as_json else _print_lines(findings)
    context.exit(1 if ProbeStatus.WRONG in statuses else 0)


def _findings(given: Mapping[str, object], *, no_workers: bool) -> Iterator[Finding]:
    try:
        settings = read_settings(**given)
    except SettingsError as error:
        yield Finding(
            name="settings",
            result=ProbeResult(
                status=ProbeStatus.WRONG,
                finding=str(error),
                hint="nothing else was looked at: mend the settings first",
            ),
        )
        return
    yield Finding(
        name="settings",
        result=ProbeResult(status=ProbeStatus.OK, finding=f"the {settings.profile} profile"),
    )
    yield from _examine_profile(settings, no_workers=no_workers)


def _examine_profile(settings: Settings, *, no_workers: bool) -> Iterator[Finding]:
    if settings.profile is not Profile.EMBEDDED:
        with probes(settings, expects_workers=not no_workers) as looks:
            yield from examine(looks)
        return
    service = ServiceProbe(settings.data_dir, host=settings.host, port=settings.port)
    runs = _is_held(settings.data_dir)
    with probes(settings, expects_workers=runs and not no_workers) as looks:
        yield from examine([*looks, service])


def _is_held(data_dir: Path) -> bool:
    try:
        return look_at_lock(data_dir) is not None
    except OSError:
        # The probe of the service says why.
        return False


def _print_lines(findings: Iterator[Finding]) -> Counter[ProbeStatus]:
    statuses: Counter[ProbeStatus] = Counter()
    for it in findings:
        click.echo(f"{_WORDS[it.result.status]:<8} {it.name:<15} {it.result.finding}")
        if it.result.hint:
            click.echo(f"{'':<8} {'':<15} -> {it.result.hint}")
        statuses[it.result.status] += 1
    click.echo(", ".join(f"{statuses[status]} {word}" for status, word in _WORDS.items()))
    return statuses


def _print_json(findings: Iterator[Finding]) -> Counter[ProbeStatus]:
    found = list(findings)
    statuses = Counter(it.result.status for it in found)
    report = {
        "ok": ProbeStatus.WRONG not in statuses,
        "probes": [
            {
                "name": it.name,
                "status": it.result.status,
                "finding": it.result.finding,
                "hint": it.result.hint,
            }
            for it in found
        ],
    }
    click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    return statuses
