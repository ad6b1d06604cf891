"""The evidence for an inferred schema in words, for people."""

from collections.abc import Iterator, Sequence
from typing import Any

from application.ports.schema_inference import Inference
from domain.counted import counted
from domain.inferred_schema import FieldEvidence, InferredSchema
from domain.row_error import on_one_line, quoted

_MOST_CHARACTERS = 28


def evidence_lines(name: str, inference: Inference) -> Iterator[str]:
    """What was looked at, what was found in each column, and what is in doubt."""
    schema = inference.schema
    if schema is None:
        if inference.file_error is not None:
            error = inference.file_error
            yield f"{on_one_line(name)}: no schema: {error.message} ({error.code})"
        return
    yield f"{on_one_line(name)}: from {_sampled(schema.rows, is_whole=inference.is_whole)}"
    yield from (f"  {left_out}" for left_out in _left_out(inference))
    yield from _table(schema)
    for found in schema.fields:
        for doubt in found.doubts:
            yield f"  {on_one_line(found.name)}: {on_one_line(doubt)}"


def warning_lines(name: str, inference: Inference) -> Iterator[str]:
    """What the schema does not stand for, for those who do not see the evidence."""
    yield from (f"{on_one_line(name)}: {left_out}" for left_out in _left_out(inference))


def _left_out(inference: Inference) -> Iterator[str]:
    if inference.rejected:
        verb = "is" if inference.rejected == 1 else "are"
        rows = counted(inference.rejected, "row")
        yield f"{rows} could not be read and {verb} not in the sample"
    omitted = () if inference.schema is None else inference.schema.omitted
    # A name that is there twice is told once.
    for column in dict.fromkeys(omitted):
        yield f"column {quoted(column)} is left out: its name is blank, or there twice"


def _sampled(rows: int, *, is_whole: bool) -> str:
    if rows == 1:
        return "its only row" if is_whole else "the first row"
    return f"{'all' if is_whole else 'the first'} {counted(rows, 'row')}"


def _table(schema: InferredSchema) -> Iterator[str]:
    descriptors: Any = schema.descriptor["fields"]
    rows = [("field", "type", "missing", "examples", "why")]
    rows += [
        _cells(found, members) for found, members in zip(schema.fields, descriptors, strict=True)
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield "  " + "  ".join(cells).rstrip()


def _cells(found: FieldEvidence, members: dict[str, Any]) -> tuple[str, str, str, str, str]:
    described = f"{members['type']} {members.get('format', '')}".strip()
    return (
        _cut(found.name),
        described,
        str(found.missing),
        _cut(_examples(found.examples)),
        on_one_line(found.reason),
    )


def _examples(examples: Sequence[str]) -> str:
    return ", ".join(examples)


def _cut(text: str) -> str:
    text = on_one_line(text)
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + "…"
