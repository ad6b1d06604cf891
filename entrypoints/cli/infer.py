"""`gristmill infer`: a schema from the first rows of a file."""

import json
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click

from application.ports.schema_inference import SAMPLE_ROWS, Inference, InferenceJob
from domain.errors import DomainError
from domain.file_head import HEAD_BYTES
from domain.file_type import decide_file_type
from domain.processing_options import ProcessingOptions
from domain.processing_report import FileError
from entrypoints.cli.composition import compose
from entrypoints.cli.exit_codes import BAD_ROWS, explain_failures
from entrypoints.cli.inference_text import evidence_lines, warning_lines
from entrypoints.cli.local_results import LocalSource
from entrypoints.cli.option_values import file_argument, reading_options
from entrypoints.cli.standard_output import print_lines, takes_all_characters
from entrypoints.container import Container
from entrypoints.settings import Profile, Settings


@click.command()
@file_argument
@click.option(
    "--sample-rows",
    type=click.IntRange(min=1),
    default=SAMPLE_ROWS,
    show_default=True,
    help="How many rows to look at, from the first on.",
)
@reading_options
@click.option(
    "--json", "as_json", is_flag=True, help="Print the schema and the evidence for it as JSON."
)
@click.pass_context
@explain_failures
def infer(
    context: click.Context,
    *,
    path: Path,
    sample_rows: int,
    encoding: str | None,
    delimiter: str | None,
    header: bool,
    as_json: bool,
) -> None:
    """Print a schema that FILE's first rows keep to, to be looked through and registered.

    Standard error tells which rows and columns it does not stand for, and on a terminal the
    evidence for it, too. Exits with 0 when there is a schema, with 1 when the file cannot be
    read, with 2 when the command cannot be understood or carried out.
    """
    if not path.is_file():
        raise click.BadParameter(f"{path} is not a regular file", param_hint="FILE")
    container = compose(replace(Settings.from_environment(), profile=Profile.MEMORY), threads=1)
    options = ProcessingOptions(encoding=encoding, delimiter=delimiter, header=header)
    inference = _inference(path, options, container, sample_rows=sample_rows)
    if inference.schema is None or sys.stderr.isatty():
        click.echo("\n".join(evidence_lines(path.name, inference)), err=True)
    else:
        for line in warning_lines(path.name, inference):
            click.echo(line, err=True)
    shown = inference.to_json() if as_json else inference.to_json()["schema"]
    if as_json or inference.schema is not None:
        ascii_only = not takes_all_characters()
        print_lines([json.dumps(shown, ensure_ascii=ascii_only, indent=2)])
    context.exit(BAD_ROWS if inference.schema is None else 0)


def _inference(
    path: Path, options: ProcessingOptions, container: Container, *, sample_rows: int
) -> Inference:
    source = LocalSource(path)
    with closing(source.open()) as chunks:
        head = next(chunks, b"")[:HEAD_BYTES]
    try:
        file_type = decide_file_type(path.name, head, encoding=options.encoding)
    except DomainError as error:
        return Inference(file_error=FileError(code=error.code, message=str(error)))
    job = InferenceJob(source=source, file_type=file_type, options=options, sample_rows=sample_rows)
    return container.schema_inference().infer(job)
