"""`gristmill validate`: the engine of the service, without the service."""

import json
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from application.ports.content_engine import EngineJob, ResultSinks
from domain.errors import DomainError, InvalidOptionError
from domain.file_status import Outcome
from domain.file_type import HEAD_BYTES, FileType, decide_file_type
from domain.patterns import PatternMatcher
from domain.processing_options import MaxErrors, OnError, ProcessingOptions
from domain.processing_report import FileError, ProcessingReport, RowCounts
from domain.schema import Schema
from domain.schema_descriptor import parse_schema
from domain.schema_faults import InvalidSchemaError
from entrypoints.cli.composition import compose
from entrypoints.cli.local_results import LocalResults, LocalSource, NoResults
from entrypoints.cli.report_text import error_lines, outcome_line
from entrypoints.container import Container
from entrypoints.settings import Profile, Settings


@click.command()
@click.argument(
    "path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--schema",
    "schema_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A Table Schema; without one, only the structure is checked.",
)
@click.option(
    "--on-error",
    type=click.Choice([choice.value for choice in OnError]),
    default=OnError.SKIP_ROWS.value,
    show_default=True,
    help="What becomes of a file with bad rows.",
)
@click.option("--max-errors", help="Reject the file beyond so many bad rows: 250, or 5%.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for the clean rows, the rejected ones and the report.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report, and nothing else.")
@click.pass_context
def validate(
    context: click.Context,
    *,
    path: Path,
    schema_path: Path | None,
    on_error: str,
    max_errors: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Validate FILE as the service would.

    Exits with 0 when every row is good, with 1 when rows or the file are rejected, with 2
    when the command cannot be understood.
    """
    container = compose(replace(Settings.from_environment(), profile=Profile.MEMORY), threads=1)
    schema = None if schema_path is None else _schema(schema_path, container.patterns())
    options = ProcessingOptions(
        on_error=OnError(on_error), max_errors=None if max_errors is None else _limit(max_errors)
    )
    results = _results(out)
    report = _process(path, schema, options, container, results)
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    else:
        _explain(path, report, results)
    context.exit(0 if report.outcome is Outcome.CLEAN else 1)


def _schema(path: Path, patterns: PatternMatcher) -> Schema:
    try:
        return parse_schema(json.loads(path.read_bytes()), patterns=patterns)
    except InvalidSchemaError as error:
        faults = "".join(f'\n  at "{fault.pointer}": {fault.detail}' for fault in error.faults)
        raise click.BadParameter(f"{path} is not valid:{faults}", param_hint="--schema") from error
    except ValueError as error:
        raise click.BadParameter(f"{path} is not JSON: {error}", param_hint="--schema") from error


def _limit(text: str) -> MaxErrors:
    try:
        return MaxErrors.parse(text)
    except InvalidOptionError as error:
        raise click.BadParameter(str(error), param_hint="--max-errors") from error


def _results(out: Path | None) -> LocalResults | NoResults:
    if out is None:
        return NoResults()
    out.mkdir(parents=True, exist_ok=True)
    return LocalResults(out)


def _process(
    path: Path,
    schema: Schema | None,
    options: ProcessingOptions,
    container: Container,
    results: LocalResults | NoResults,
) -> ProcessingReport:
    try:
        file_type = _type_of(path)
    except DomainError as error:
        return _refusal(error)
    job = EngineJob(
        source=LocalSource(path),
        file_type=file_type,
        schema=schema,
        options=options,
        sinks=results,
        progress=lambda _: None,
        should_stop=lambda: False,
    )
    with ExitStack() as at_the_end:
        if isinstance(results, LocalResults):
            at_the_end.callback(results.abort_uncommitted)
        return container.engine().process(job)


def _type_of(path: Path) -> FileType:
    with path.open("rb") as file:
        return decide_file_type(path.name, file.read(HEAD_BYTES))


def _refusal(error: DomainError) -> ProcessingReport:
    """The report of a file that the service would not even accept."""
    return ProcessingReport(
        outcome=Outcome.REJECTED,
        rows=RowCounts(read=0, accepted=0, rejected=0, skipped=0),
        file_error=FileError(code=error.code, message=str(error)),
    )


def _explain(path: Path, report: ProcessingReport, results: ResultSinks) -> None:
    click.echo(outcome_line(path.name, str(report.outcome), asdict(report.rows)))
    if report.file_error is not None:
        click.echo(f"  {report.file_error.message} ({report.file_error.code})")
    errors: list[dict[str, Any]] = [asdict(error) for error in report.errors]
    for line in error_lines(errors, total=report.error_total):
        click.echo(line)
    if isinstance(results, LocalResults):
        click.echo("Results:")
        for result in results.paths:
            click.echo(f"  {result}")
