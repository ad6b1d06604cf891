"""The codes that each row of a table gets: from us, and from frictionless in our words."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from frictionless import Dialect, Schema
from frictionless.formats import CsvControl
from frictionless.resources import TableResource

from adapters.tabular.csv_writer import csv_record
from tests.adapters.tabular.corpus.bad_input import COMMA
from tests.adapters.tabular.fast.test_same_results import assert_same
from tests.adapters.tabular.mill import mill, schema_of

Codes = Mapping[int, frozenset[str]]
"""By the number of the row; a row that is not in it is good."""

_HEADER_LINES = 1
_NEVER_ENOUGH = 10**9
# A bad format is a bad type to frictionless.
_OUR_WORDS = {
    "type-error": "type_error",
    "unique-error": "unique",
    "primary-key": "primary_key",
    "missing-cell": "missing_cell",
    "extra-cell": "extra_cell",
    "blank-row": "blank",
    "required": "required",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minimum": "minimum",
    "maximum": "maximum",
    "pattern": "pattern",
    "enum": "enum",
}


def table_of(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Those rows as CSV."""
    return b"".join(csv_record(row, delimiter=",").encode() for row in (header, *rows))


def our_codes(content: bytes, descriptor: Mapping[str, Any]) -> Codes:
    """What the engine says, which the fast path and the exact path do alike."""
    fields, keywords = descriptor["fields"], {**descriptor}
    schema = schema_of(*fields, **{key: keywords[key] for key in keywords if key != "fields"})
    assert_same(content, schema=schema, options=COMMA, chunk_bytes=200)
    codes = defaultdict[int, set[str]](set)
    for row, _, _, code in mill(content, schema=schema, options=COMMA).places:
        codes[row].add("type_error" if code == "format_error" else code)
    return {row: frozenset(found) for row, found in codes.items()}


def their_codes(content: bytes, descriptor: Mapping[str, Any]) -> Codes:
    """What frictionless says."""
    codes = defaultdict[int, set[str]](set)
    with TemporaryDirectory() as folder:
        Path(folder, "table.csv").write_bytes(content)
        table = TableResource(
            path="table.csv",
            basepath=folder,
            schema=Schema.from_descriptor(dict(descriptor)),
            encoding="utf-8",
            dialect=Dialect(controls=[CsvControl(delimiter=",")]),
        )
        (task,) = table.validate(limit_errors=_NEVER_ENOUGH).tasks
    for row, kind, note in task.flatten(["rowNumber", "type", "note"]):
        codes[row - _HEADER_LINES].add(_our_word(kind, note))
    return {row: frozenset(found) for row, found in codes.items()}


def _our_word(kind: str, note: str) -> str:
    if kind == "constraint-error":
        found = re.match(r'constraint "(\w+)"', note)
        kind = found[1] if found else kind
    # A key with nothing in it lacks a required value.
    if kind == "primary-key" and '"None"' in note:
        return "required"
    return _OUR_WORDS[kind]
