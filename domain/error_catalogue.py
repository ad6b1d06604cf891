"""Every code that a report may hold, each with its title, its message and an example.

The one table from which messages, documentation and tests are made. Codes are stable: clients
branch on them. A template names the facts that whoever reports the code has to give.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class ErrorLevel(StrEnum):
    """What is wrong: the file as a whole, one record of it, or one cell of a record."""

    FILE = "file"
    ROW = "row"
    CELL = "cell"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One code; `template` is a format string over named facts, `example` one filled in."""

    code: str
    level: ErrorLevel
    title: str
    template: str
    example: str


def _entries(level: ErrorLevel, *rows: tuple[str, str, str, str]) -> tuple[CatalogueEntry, ...]:
    return tuple(
        CatalogueEntry(code=code, level=level, title=title, template=template, example=example)
        for code, title, template, example in rows
    )


_FILE = _entries(
    ErrorLevel.FILE,
    (
        "no_valid_rows",
        "No row is valid",
        "{rows} be accepted",
        "none of the 12 rows could be accepted",
    ),
    (
        "too_many_errors",
        "More bad rows than allowed",
        "{bad}, at most {limit} may be",
        "251 of 1000 rows are bad, at most 250 may be",
    ),
    (
        "rows_rejected",
        "Bad rows in a file that may have none",
        "{bad}, and one is enough to reject the file",
        "1 of 1000 rows is bad, and one is enough to reject the file",
    ),
    ("empty_file", "Nothing in it", "the file is empty", "the file is empty"),
    (
        "no_header",
        "A header that cannot be read",
        "the header in line {line} cannot be read: {reason}",
        "the header in line 1 cannot be read: the record holds a NUL character",
    ),
    (
        "encoding_unknown",
        "Unreadable encoding",
        "{encoding} is not an encoding that can be read",
        '"klingon" is not an encoding that can be read',
    ),
    (
        "not_this_type",
        "Another type of content",
        "the content is not {expected}: {reason}",
        "the content is not a JSON array or object: it begins with neither [ nor {",
    ),
    (
        "gzip_corrupt",
        "Broken compression",
        "the gzip stream is broken after {offset} bytes: {reason}",
        "the gzip stream is broken after 4096 bytes: it ends too early",
    ),
    (
        "decompression_limit",
        "Expands too far",
        "the content expands to more than {limit}",
        "the content expands to more than 200 times its size",
    ),
    (
        "results_too_large",
        "Too much to write",
        "the results would take more than {limit} bytes, so none of them is kept",
        "the results would take more than 50000 bytes, so none of them is kept",
    ),
    (
        "too_many_columns",
        "Too many columns",
        "there are more than {limit} columns",
        "there are more than 2000 columns",
    ),
    (
        "header_duplicate",
        "A column name twice",
        "columns {first} and {second} are both named {name}",
        'columns 1 and 3 are both named "id"',
    ),
    (
        "header_blank",
        "A column without a name",
        "column {position} has no name",
        "column 4 has no name",
    ),
    (
        "field_missing",
        "A field is missing",
        "there is no column {name}{hint}",
        'there is no column "email"',
    ),
    (
        "field_unknown",
        "A column the schema does not know",
        "column {position}, {name}, is not in the schema",
        'column 3, "e-mail", is not in the schema',
    ),
)

_ROW = _entries(
    ErrorLevel.ROW,
    (
        "missing_cell",
        "Too few cells",
        "the record has {cells}, {expected}: there is none for {name}{hint}",
        'the record has 3 cells, 5 are expected: there is none for "city"',
    ),
    (
        "extra_cell",
        "Too many cells",
        "the record has {surplus}",
        "the record has 6 cells, 5 are expected",
    ),
    (
        "stray_quote",
        "A quote where none may be",
        "a quote stands where none may: double it inside a quoted cell",
        "a quote stands where none may: double it inside a quoted cell",
    ),
    (
        "unclosed_quote",
        "A quote is never closed",
        "the quote that opens in this record is never closed",
        "the quote that opens in this record is never closed",
    ),
    (
        "encoding_error",
        "Bytes that are no text",
        "the record holds bytes that are not {encoding}{hint}",
        "the record holds bytes that are not UTF-8",
    ),
    (
        "nul_byte",
        "A NUL character",
        "the record holds a NUL character{hint}",
        "the record holds a NUL character",
    ),
    (
        "record_too_long",
        "A record beyond the limit",
        "the record is longer than {limit}",
        "the record is longer than 16777216 bytes",
    ),
    (
        "json_syntax",
        "Broken JSON",
        "the record is not valid JSON: {reason}",
        "the record is not valid JSON: a comma is missing at character 17",
    ),
    (
        "not_an_object",
        "Not a JSON object",
        "{value} is not a JSON object",
        "[1, 2] is not a JSON object",
    ),
    (
        "duplicate_key",
        "A member twice",
        "the member {name} is there more than once",
        'the member "id" is there more than once',
    ),
    (
        "too_deep",
        "Nested too deep",
        "the record is nested deeper than {limit} levels",
        "the record is nested deeper than 64 levels",
    ),
    (
        "row_rule",
        "A rule over the row does not hold",
        "the rule {rule} does not hold",
        'the rule "start <= end" does not hold',
    ),
)

_CELL = _entries(
    ErrorLevel.CELL,
    (
        "required",
        "A value is required",
        "there must be a value",
        "there must be a value",
    ),
    (
        "type_error",
        "Not a value of the type",
        "{value} {reason}",
        '"12,5" is not a decimal number',
    ),
    (
        "format_error",
        "Not in the format",
        "{value} {reason}",
        '"ann.example.org" is not an e-mail address',
    ),
    (
        "min_length",
        "Too short",
        "{value} has {length}, at least {bound} required",
        '"AB" has 2 characters, at least 3 are required',
    ),
    (
        "max_length",
        "Too long",
        "{value} has {length}, at most {bound} allowed",
        '"ABCD" has 4 characters, at most 3 are allowed',
    ),
    ("minimum", "Too small", "{value} is less than {bound}", '"-1" is less than 0'),
    ("maximum", "Too large", "{value} is more than {bound}", '"101" is more than 100'),
    (
        "exclusive_minimum",
        "Too small",
        "{value} is not more than {bound}",
        '"0" is not more than 0',
    ),
    (
        "exclusive_maximum",
        "Too large",
        "{value} is not less than {bound}",
        '"100" is not less than 100',
    ),
    (
        "pattern",
        "Does not match the pattern",
        "{value} does not match {pattern}",
        '"ab-1" does not match [A-Z]{2}-[0-9]',
    ),
    (
        "enum",
        "Not one of the allowed values",
        "{value} is not one of {allowed}",
        '"purple" is not one of red, green, blue',
    ),
    (
        "unique",
        "Not unique",
        "{value} was there before: {name} of row {first_row}",
        '"a@example.org" was there before: "email" of row 4',
    ),
    (
        "primary_key",
        "A primary key twice",
        "{value} was there before: the key {name} of row {first_row}",
        '"17" was there before: the key "id" of row 4',
    ),
    (
        "cell_too_long",
        "A cell beyond the limit",
        "the cell is longer than {limit} bytes",
        "the cell is longer than 1048576 bytes",
    ),
)

CATALOGUE: Mapping[str, CatalogueEntry] = MappingProxyType(
    {entry.code: entry for entry in (*_FILE, *_ROW, *_CELL)}
)
"""All codes in the order of the documentation: of the file, of a row, of a cell."""


def message_of(code: str, **facts: object) -> str:
    """The code's message with its facts filled in; a fact too few is a KeyError, a bug."""
    return CATALOGUE[code].template.format(**facts)
