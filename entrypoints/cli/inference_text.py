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
    which = "all" if inference.is_whole else "the first"
    yield f"{on_one_line(name)}: from {which} {counted(schema.rows, 'row')}"
    if inference.rejected:
        yield f"  {counted(inference.rejected, 'row')} could not be read"
    for omitted in schema.omitted:
        yield f"  column {quoted(omitted)} is left out: its name is blank, or there twice"
    yield from _table(schema)
    for found in schema.fields:
        for doubt in found.doubts:
            yield f"  {on_one_line(found.name)}: {on_one_line(doubt)}"


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
