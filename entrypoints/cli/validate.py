"""`gristmill validate`: the engine of the service, without the service."""

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from application.ports.content_engine import EngineJob, ResultSinks
from domain.errors import DomainError
from domain.file_head import HEAD_BYTES
from domain.file_status import Outcome
from domain.file_type import FileType, decide_file_type
from domain.patterns import PatternMatcher
from domain.processing_options import (
    MaxErrors,
    OnError,
    ProcessingOptions,
    parse_outputs,
)
from domain.processing_report import FileError, ProcessingReport, RowCounts
from domain.schema import Schema
from domain.schema_descriptor import parse_schema
from domain.schema_faults import InvalidSchemaError
from entrypoints.cli.composition import compose
from entrypoints.cli.exit_codes import BAD_ROWS, explain_failures
from entrypoints.cli.local_results import (
    RESULT_NAMES,
    LocalFileError,
    LocalResults,
    LocalSource,
    NoResults,
)
from entrypoints.cli.option_values import file_argument, parsed_by, reading_options
from entrypoints.cli.report_text import error_lines, file_lines, outcome_line
from entrypoints.cli.standard_output import print_lines, takes_all_characters
from entrypoints.container import Container
from entrypoints.http.strict_json import parse_json
from entrypoints.settings import Profile, Settings


@click.command()
@file_argument
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
@click.option(
    "--max-errors",
    callback=parsed_by(MaxErrors.parse),
    help="Reject the file beyond so many bad rows: 250, or 5% of those that are not blank.",
)
@reading_options
@click.option(
    "--outputs",
    callback=parsed_by(parse_outputs),
    default="csv",
    show_default=True,
    help="What the clean rows are written as: csv, ndjson, parquet, or several with commas.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for the clean rows, the rejected ones and the report; those of an earlier "
    "run are replaced.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report, and nothing else.")
@click.pass_context
@explain_failures
def validate(  # noqa: PLR0913 - a command has an argument for each of its options
    context: click.Context,
    *,
    path: Path,
    schema_path: Path | None,
    on_error: str,
    max_errors: MaxErrors | None,
    encoding: str | None,
    delimiter: str | None,
    header: bool,
    outputs: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Validate FILE as the service would.

    Exits with 0 when every row is good, with 1 when rows or the file are rejected, with 2
    when the command cannot be understood or carried out.
    """
    _check_paths(path, out)
    container = compose(replace(Settings.from_environment(), profile=Profile.MEMORY), threads=1)
    schema = None if schema_path is None else _schema(schema_path, container.patterns())
    options = ProcessingOptions(
        on_error=OnError(on_error),
        max_errors=max_errors,
        encoding=encoding,
        delimiter=delimiter,
        header=header,
        outputs=outputs,
    )
    with NoResults() if out is None else LocalResults(out) as results:
        report = _process(path, schema, options, container, results)
    if as_json:
        print_lines([_report_text(report, ascii_only=not takes_all_characters())])
    else:
        print_lines(_explanation(path, report, results.paths))
    context.exit(0 if report.outcome is Outcome.CLEAN else BAD_ROWS)


def _check_paths(path: Path, out: Path | None) -> None:
    # What is read more than once must be there more than once.
    if not path.is_file():
        raise click.BadParameter(f"{path} is not a regular file", param_hint="FILE")
    if out is not None and path.resolve() in {out.resolve() / name for name in RESULT_NAMES}:
        raise click.BadParameter(f"{path} is in it and would be replaced", param_hint="--out")


def _schema(path: Path, patterns: PatternMatcher) -> Schema:
    try:
        return parse_schema(parse_json(path.read_bytes()), patterns=patterns)
    except InvalidSchemaError as error:
        faults = "".join(f'\n  at "{fault.pointer}": {fault.detail}' for fault in error.faults)
        raise click.BadParameter(f"{path} is not valid:{faults}", param_hint="--schema") from error
    except ValueError as error:
        raise click.BadParameter(f"{path} is not JSON: {error}", param_hint="--schema") from error
    except OSError as error:
        raise LocalFileError("read", path, error) from error


def _process(
    path: Path,
    schema: Schema | None,
    options: ProcessingOptions,
    container: Container,
    results: ResultSinks,
) -> ProcessingReport:
    source = LocalSource(path)
    try:
        file_type = _type_of(path.name, source, encoding=options.encoding)
    except DomainError as error:
        return _refusal(error, results)
    job = EngineJob(
        source=source,
        file_type=file_type,
        schema=schema,
        options=options,
        sinks=results,
        progress=lambda _: None,
        should_stop=lambda: False,
    )
    return container.engine().process(job)


def _type_of(name: str, source: LocalSource, *, encoding: str | None) -> FileType:
    with closing(source.open()) as chunks:
        head = next(chunks, b"")[:HEAD_BYTES]
    return decide_file_type(name, head, encoding=encoding)


def _refusal(error: DomainError, results: ResultSinks) -> ProcessingReport:
    """The report of a file that the service would not even accept, which is also its result."""
    report = ProcessingReport(
        outcome=Outcome.REJECTED,
        rows=RowCounts(read=0, accepted=0, rejected=0, skipped=0),
        file_error=FileError(code=error.code, message=str(error)),
    )
    sink = results.open("report.json", media_type="application/json")
    sink.write(f"{_report_text(report)}\n".encode())
    sink.commit(rows=None)
    return report


def _report_text(report: ProcessingReport, *, ascii_only: bool = False) -> str:
    return json.dumps(report.to_json(), ensure_ascii=ascii_only, indent=2)


def _explanation(path: Path, report: ProcessingReport, results: Sequence[Path]) -> list[str]:
    errors: list[dict[str, Any]] = [asdict(error) for error in report.errors]
    lines = [outcome_line(path.name, str(report.outcome), asdict(report.rows))]
    lines += [*file_lines(report), *error_lines(errors, total=report.error_total)]
    return [*lines, "Results:", *(f"  {result}" for result in results)] if results else lines
