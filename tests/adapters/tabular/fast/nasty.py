"""Made-up CSV files that go wrong in every way, and schemas that see it."""

from collections.abc import Sequence
from random import Random

from domain.schema import Schema
from tests.adapters.tabular.mill import schema_of

VALUES: Sequence[str] = (
    "", "", "a", "b", "abc", "x" * 30, "é", "日本", "\U0001f600", " ", " a", "a ", "-", "NA", "n/a",
    "0", "1", "-1", "+1", "007", "-0", "12", "99", "100", "1_000", "１２", "1e3", "9" * 18, "9" * 19,
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "0x1", "1 000", "1.000",
    "1.5", "-1.50", "1,5", "1.234,5", "1,234.5", ".5", "5.", "0.0000001", "0.0000000", "-0.000000", "1e400", "1e-400", "nan",
    "inf", "0.1", "0.10", "123456789.123456", "1234567890.1", "-0.0", "9.99", "10.00", "10", "$5",
    "0.1234567", "0.00000012", "-0.0000001", "48.853412345678", "9.9999999999999999999", "9.99999999999999999",
    "0.10000000000000001", "0.09999999999999999", "10.0000000000000000", "123456789012345678.5",
    "true", "True", "TRUE", "false", "0", "yes", "no", "tRue",
    "2024-01-31", "2024-02-29", "2023-02-29", "2024-1-5", "0000-01-01", "0999-01-01", "24-01-01",
    "2024-13-01", "2024-12-31", "31.12.2024", "31/12/2024", " 2024-01-01", "2024-01-01 ",
    "12:00:00", "24:00:00", "23:59:60", "12:00", "12:00:00.5", "12:00:00.500", "12:00:00Z",
    "12:00:00+00:00", "12:00:00+05:30", "23:30:00-01:00", "00:30:00Z", "00:30:00+02:00", "22:30:00", "12:00:00+14:30", "12:00:00.1234567",
    "2024-01-31T12:00:00", "2024-01-31T12:00:00Z", "2024-01-31 12:00:00", "2024-02-30T00:00:00Z",
    "2024-01-31T12:00:00.25-03:00", "1999", "0000", "0001", "20000",
    "a@b.c", "a@b", "a@-b.c", "a b@c.d", "http://x.y/z?q=1", "http://[::1]/", "urn:a:b", "http://",
    "123e4567-e89b-12d3-a456-426614174000", "AB-1234", "ab-1234", "AB-12345", "AB-1234\n", "a\r", "\r\n", "\n",
    "=1+1", "@x", "'", "\ufeff", "\ufeffa", "\u2028", "\x0b", "\x1c", "#", "\\", "null", "NULL",
    "Na", " NA ", "\u00a0", "\u20031\t", "\t12", "99 ", " -1.5", "\u200b", "\x1f1", "Abc", "ABC", "\u00c9",
    "\u03a3\u0391\u03a3", "\u0130", "\u00df", "\ufb01", "\ua7cb", "\u1c8a", " 2024-12-31\u3000", " TRUE ", "Yes ",
)  # fmt: skip
"""Cells at the edge of every grammar."""

SCHEMAS: Sequence[Schema | None] = (
    None,
    schema_of(*({"name": name} for name in "abcd")),
    schema_of(
        {"name": "a", "type": "integer", "constraints": {"minimum": 0, "maximum": 99}},
        {"name": "b", "type": "number", "constraints": {"minimum": "0.1", "exclusiveMaximum": 10}},
        {"name": "c", "type": "boolean"},
        {"name": "d", "type": "date", "constraints": {"minimum": "2000-01-01"}},
    ),
    schema_of(
        {"name": "a", "type": "time"},
        {"name": "b", "type": "datetime"},
        {"name": "c", "type": "year", "constraints": {"required": True}},
        {"name": "d", "type": "string", "constraints": {"minLength": 2, "maxLength": 12}},
        missingValues=["", "NA", "n/a"],
    ),
    schema_of(
        {"name": "a", "type": "string", "format": "email"},
        {"name": "b", "type": "string", "format": "uri"},
        {"name": "c", "type": "string", "format": "uuid"},
        {"name": "d", "type": "string", "constraints": {"pattern": r"[A-Z]{2}-\d{4}"}},
    ),
    schema_of(
        {"name": "a", "type": "number", "decimalChar": ",", "groupChar": "."},
        {"name": "b", "type": "number", "bareNumber": False},
        {"name": "c", "type": "boolean", "trueValues": ["yes", "1"], "falseValues": ["no", "0"]},
        {"name": "d", "type": "date", "format": "%d.%m.%Y"},
    ),
    schema_of(
        {"name": "a", "type": "integer", "groupChar": ",", "constraints": {"required": True}},
        {"name": "b", "type": "string", "constraints": {"enum": ["a", "é", "AB-1234"]}},
        {"name": "c", "type": "any", "constraints": {"required": True}},
        {"name": "d", "type": "string", "constraints": {"pattern": r"[^a]+|\p{L}*"}},
        missingValues=["NA"],
    ),
    schema_of(
        {"name": "a", "type": "integer", "constraints": {"unique": True}},
        {"name": "b", "type": "number", "constraints": {"enum": [1, "1.5", 10]}},
        {"name": "c", "type": "date"},
        {"name": "d", "type": "string"},
        primaryKey=["d", "c"],
        uniqueKeys=[["b", "a"]],
    ),
    schema_of(
        {"name": "a", "type": "integer", "constraints": {"unique": True}},
        {"name": "b"},
        {"name": "c", "type": "date", "constraints": {"unique": True}},
        {"name": "d", "type": "string"},
        primaryKey=["b"],
        uniqueKeys=[["d", "a"]],
        missingValues=["", "NA", "1"],
    ),
    schema_of(
        {"name": "d", "type": "integer"},
        {"name": "a", "type": "year", "constraints": {"maximum": 2000}},
        {"name": "z", "type": "string"},
        fieldsMatch="partial",
        primaryKey=["a"],
    ),
    schema_of({"name": "a", "type": "integer", "constraints": {"required": True}}),
    schema_of({"name": "a", "type": "string"}, missingValues=[]),
    schema_of(
        {"name": "a", "type": "integer", "gristmill": {"trim": True, "default": 7, "rename": "n"}},
        {"name": "b", "type": "number", "decimalChar": ",", "gristmill": {"trim": True}},
        {"name": "c", "type": "boolean", "gristmill": {"trim": True, "drop": True}},
        {"name": "d", "type": "date", "gristmill": {"trim": True, "default": "2024-12-31"}},
        missingValues=["", "NA", "-"],
    ),
    schema_of(
        {"name": "a", "type": "string", "constraints": {"required": True},
         "gristmill": {"case": "lower", "trim": True, "default": "none"}},
        {"name": "b", "gristmill": {"case": "upper", "aliases": ["B"]}},
        {"name": "c", "type": "string", "gristmill": {"case": "upper", "drop": True},
         "constraints": {"pattern": "[A-Z-]{1,4}|[0-9]*"}},
        {"name": "d", "type": "string", "constraints": {"enum": ["99", "na", "a"]},
         "gristmill": {"case": "lower", "trim": True}},
        missingValues=["", "NA", "abc"],
        primaryKey=["b", "a"],
    ),
    schema_of(
        {"name": "a", "type": "integer", "constraints": {"unique": True, "maximum": 99},
         "gristmill": {"trim": True, "drop": True}},
        {"name": "b", "type": "string", "gristmill": {"trim": True, "case": "upper", "rename": "a"}},
        {"name": "c", "type": "date", "format": "%d.%m.%Y",
         "gristmill": {"trim": True, "default": "2020-01-31"}},
        {"name": "d", "type": "string", "gristmill": {"case": "lower", "default": "x"},
         "constraints": {"pattern": r"[^a]+|\p{L}*"}},
        primaryKey=["c", "b"],
        missingValues=["NA"],
    ),
    schema_of(
        {"name": "y", "type": "year", "gristmill": {"trim": True, "default": 1999, "aliases": ["a"]}},
        {"name": "z", "type": "string", "gristmill": {"rename": "b", "aliases": ["x", "c"], "case": "upper"}},
        {"name": "d", "gristmill": {"drop": True}},
        {"name": "p", "type": "boolean", "gristmill": {"trim": True, "default": True}},
        {"name": "q", "gristmill": {"trim": True, "case": "lower", "default": "q"}},
        fieldsMatch="partial",
        uniqueKeys=[["z", "y"], ["q", "d"]],
    ),
    schema_of(
        {"name": "a", "gristmill": {"default": 12}},
        {"name": "b", "gristmill": {"default": [True, "1"], "rename": "n"}},
        {"name": "c", "constraints": {"enum": ["12", "a", 1, True]}, "gristmill": {"default": True}},
        {"name": "d", "gristmill": {"trim": True}},
    ),
    schema_of(
        {"name": "a", "type": "integer", "missingValues": ["-1", "7"]},
        {"name": "b", "type": "boolean", "falseValues": ["no", "0"], "missingValues": ["false"]},
        {"name": "c", "gristmill": {"drop": True, "trim": True}, "missingValues": ["NA"]},
        {"name": "d", "missingValues": ["12", "true"]},
    ),
    schema_of(
        {"name": "a", "type": "integer", "missingValues": ["", "007", "1,000", "-1"],
         "groupChar": ",", "gristmill": {"default": 5, "trim": True}},
        {"name": "b", "type": "number", "missingValues": ["", "1.5", "-0", "10", "abc"]},
        {"name": "c", "type": "boolean", "missingValues": ["", "true"],
         "constraints": {"required": True}},
        {"name": "d", "type": "datetime", "missingValues": ["", "2024-01-31T12:00:00Z", "2024"]},
    ),
    schema_of(
        {"name": "a", "type": "number", "decimalChar": ",", "missingValues": ["", "1.5", "9,99"],
         "constraints": {"unique": True}},
        {"name": "b", "type": "year", "missingValues": ["", "1999"], "gristmill": {"default": 1}},
        {"name": "c", "type": "time", "missingValues": ["12:00:00Z"],
         "constraints": {"unique": True, "maximum": "18:00:00"}},
        {"name": "d", "type": "date", "missingValues": ["", "2024-12-31"],
         "constraints": {"unique": True}},
    ),
)  # fmt: skip

_SPOILERS = (b'"', b'""', b"\0", b"\xff", b"\xc3", b"\r", b"\n", b"\r\n", b",", b";", b'x"', b'"x')


def nasty_csv(chance: Random, *, width: int) -> bytes:
    """One file; the same for the same state of `chance`."""
    delimiter = chance.choice([",", ",", ";", "\t", "|"])
    line_end = chance.choice(["\n", "\n", "\r\n", "\r"])
    spoilt = chance.choice([0.0, 0.0, 0.01, 0.1])
    quoted = chance.choice([0.0, 0.1, 1.0])
    chosen = chance.sample(VALUES, chance.choice([3, 10, len(VALUES)]))
    header = "abcd"[:width]
    width = len(header)
    content = bytearray(delimiter.join(header) + line_end, "utf-8")
    for _ in range(chance.randint(0, 40)):
        cells = [chance.choice(chosen) for _ in range(_width(chance, width))]
        record = delimiter.join(_spelt(cell, chance.random() < quoted, delimiter) for cell in cells)
        content += record.encode()
        if chance.random() < spoilt:
            content += chance.choice(_SPOILERS)
        content += (line_end if chance.random() > spoilt else chance.choice("\n\r")).encode()
    if chance.random() < 0.3:
        del content[-len(line_end) :]
    if chance.random() < spoilt * 5:
        at = chance.randrange(len(content) + 1)
        content[at:at] = chance.choice(_SPOILERS)
    return bytes(content)


def _width(chance: Random, width: int) -> int:
    return width if chance.random() < 0.97 else chance.randint(0, width + 2)


def _spelt(cell: str, is_quoted: bool, delimiter: str) -> str:
    if is_quoted or any(mark in cell for mark in (delimiter, '"', "\n", "\r")):
        return '"' + cell.replace('"', '""') + '"'
    return cell
