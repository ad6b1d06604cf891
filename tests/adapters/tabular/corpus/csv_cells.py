"""CSV cells that are not what the schema asks of their column."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.adapters.tabular.corpus.bad_input import BadInput, Place
from tests.adapters.tabular.mill import schema_of

_BIG = 2**63


def _cell(
    name: str,
    field_type: str,
    bad: str,
    code: str,
    good: str,
    *,
    in_field: Mapping[str, Any] = {},
    **constraints: Any,
) -> BadInput:
    """The bad cell in the second of three rows; the good one is what it is repaired to."""
    spelt = '"' + bad.replace('"', '""') + '"'
    field = {"name": "x", "type": field_type, "constraints": constraints, **in_field}
    return BadInput(
        name=name,
        content=f'id,x\n1,"{good}"\n2,{spelt}\n3,"{good}"\n'.encode(),
        errors=[(2, 3, "x", code)],
        accepted=2,
        schema=schema_of({"name": "id", "type": "integer"}, field),
        repairs={2: ["2", good]},
    )  # fmt: skip


TYPES = [
    _cell("a word for an integer", "integer", "many", "type_error", "1"),
    _cell("a decimal for an integer", "integer", "1.5", "type_error", "1"),
    _cell("a whole decimal for an integer", "integer", "1.0", "type_error", "1"),
    _cell("an exponent for an integer", "integer", "1e3", "type_error", "1000"),
    _cell("an integer with underscores", "integer", "1_000", "type_error", "1000"),
    _cell("an integer with a comma", "integer", "1,000", "type_error", "1000"),
    _cell("an integer in full-width digits", "integer", "１２３", "type_error", "123"),
    _cell("an integer in Arabic-Indic digits", "integer", "١٢", "type_error", "12"),
    _cell("an integer with a blank before it", "integer", " 12", "type_error", "12"),
    _cell("an integer with a blank behind it", "integer", "12 ", "type_error", "12"),
    _cell("an integer with a hard blank", "integer", "12\xa0", "type_error", "12"),
    _cell("an integer with two signs", "integer", "--1", "type_error", "-1"),
    _cell("an integer with a typographic minus", "integer", "−1", "type_error", "-1"),
    _cell("an integer in hexadecimal", "integer", "0x1F", "type_error", "31"),
    _cell("an integer one too large", "integer", str(_BIG), "type_error", str(_BIG - 1)),
    _cell("an integer one too small", "integer", str(-_BIG - 1), "type_error", str(-_BIG)),
    _cell("an integer of a hundred digits", "integer", "9" * 40, "type_error", "9"),
    _cell("a blank for an integer", "integer", " ", "type_error", "1"),
    _cell("a formula for an integer", "integer", "=1+1", "type_error", "2"),
    _cell("a unit where numbers are bare", "integer", "12 kg", "type_error", "12"),
    _cell("a word where numbers are not bare", "integer", "kg", "type_error", "12 kg", in_field={"bareNumber": False}),
    _cell("not a number", "number", "NaN", "type_error", "0"),
    _cell("infinity", "number", "inf", "type_error", "0"),
    _cell("a decimal comma", "number", "1,5", "type_error", "1.5"),
    _cell("a decimal point where the comma is declared", "number", "1.5", "type_error", "1,5", in_field={"decimalChar": ","}),
    _cell("two decimal points", "number", "1.2.3", "type_error", "1.2"),
    _cell("a grouped number where no group is declared", "number", "1 000", "type_error", "1000"),
    _cell("a currency before a bare number", "number", "€5", "type_error", "5"),
    _cell("a decimal point alone", "number", ".", "type_error", "0.5"),
    _cell("an exponent without digits", "number", "1e", "type_error", "1e0"),
    _cell("a number beyond every float", "number", "1e400", "type_error", "1e300"),
    _cell("yes for a boolean", "boolean", "yes", "type_error", "true"),
    _cell("a boolean in mixed letters", "boolean", "tRUE", "type_error", "true"),
    _cell("true where only ja is true", "boolean", "true", "type_error", "ja", in_field={"trueValues": ["ja"], "falseValues": ["nein"]}),
    _cell("two for a boolean", "boolean", "2", "type_error", "1"),
    _cell("a date without zeros", "date", "2024-1-5", "type_error", "2024-01-05"),
    _cell("a date with the year cut", "date", "24-01-05", "type_error", "2024-01-05"),
    _cell("a date that does not exist", "date", "2023-02-29", "type_error", "2024-02-29"),
    _cell("a thirteenth month", "date", "2024-13-01", "type_error", "2024-12-01"),
    _cell("a date in the year 0", "date", "0000-01-01", "type_error", "0001-01-01"),
    _cell("a German date", "date", "31.12.2024", "type_error", "2024-12-31"),
    _cell("a date with its time", "date", "2024-12-31T00:00:00", "type_error", "2024-12-31"),
    _cell("a date with a blank before it", "date", " 2024-12-31", "type_error", "2024-12-31"),
    _cell("an ISO date where another format is declared", "date", "2024-12-31", "type_error", "31/12/2024", in_field={"format": "%d/%m/%Y"}),
    _cell("day and month exchanged", "date", "12/31/2024", "type_error", "31/12/2024", in_field={"format": "%d/%m/%Y"}),
    _cell("an hour too late", "time", "24:00:00", "type_error", "00:00:00"),
    _cell("a leap second", "time", "23:59:60", "type_error", "23:59:59"),
    _cell("a time without seconds", "time", "12:00", "type_error", "12:00:00"),
    _cell("a time of the afternoon", "time", "1:30 PM", "type_error", "13:30:00"),
    _cell("a date and a time with a blank between", "datetime", "2024-01-31 12:00:00", "type_error", "2024-01-31T12:00:00"),
    _cell("a date for a date and a time", "datetime", "2024-01-31", "type_error", "2024-01-31T12:00:00"),
    _cell("a time on a day that does not exist", "datetime", "2024-02-30T12:00:00", "type_error", "2024-02-29T12:00:00"),
    _cell("a year of two digits", "year", "24", "type_error", "2024"),
    _cell("a year with its month", "year", "2024-01", "type_error", "2024"),
]  # fmt: skip

FORMATS = [
    _cell("an address without an at", "string", "ann.example.org", "format_error", "ann@example.org", in_field={"format": "email"}),
    _cell("an address with two ats", "string", "a@b@example.org", "format_error", "ann@example.org", in_field={"format": "email"}),
    _cell("an address with a blank", "string", "ann @example.org", "format_error", "ann@example.org", in_field={"format": "email"}),
    _cell("an address of no scheme", "string", "www.example.org", "format_error", "https://www.example.org", in_field={"format": "uri"}),
    _cell("an address with a line end", "string", "https://a.org/\nx", "format_error", "https://a.org/x", in_field={"format": "uri"}),
    _cell("an identifier too short by one", "string", "123e4567-e89b-12d3-a456-42661417400", "format_error", "123e4567-e89b-12d3-a456-426614174000", in_field={"format": "uuid"}),
    _cell("an identifier with a g", "string", "g23e4567-e89b-12d3-a456-426614174000", "format_error", "123e4567-e89b-12d3-a456-426614174000", in_field={"format": "uuid"}),
]  # fmt: skip

CONSTRAINTS = [
    _cell("nothing where something is required", "string", "", "required", "x", required=True),
    _cell("no integer where one is required", "integer", "", "required", "1", required=True),
    _cell("a missing value where one is required", "string", "n/a", "required", "x", required=True, in_field={"missingValues": ["", "n/a"]}),
    _cell("too short", "string", "AB", "min_length", "ABC", minLength=3),
    _cell("too short in characters, not in bytes", "string", "é🦆", "min_length", "ABC", minLength=3),
    _cell("too long", "string", "ABCD", "max_length", "ABC", maxLength=3),
    _cell("too long by a line end", "string", "ABC\n", "max_length", "ABC", maxLength=3),
    _cell("an integer too small", "integer", "-1", "minimum", "0", minimum=0),
    _cell("an integer too large", "integer", "101", "maximum", "100", maximum=100),
    _cell("a number too small by little", "number", "0.0999999999999999999", "minimum", "0.1", minimum="0.1"),
    _cell("a number too large by little", "number", "100.0000000000000000001", "maximum", "1e2", maximum=100),
    _cell("a date too early", "date", "1999-12-31", "minimum", "2000-01-01", minimum="2000-01-01"),
    _cell("a time too late", "time", "18:00:01", "maximum", "18:00:00", maximum="18:00:00"),
    _cell("a moment too early", "datetime", "1999-12-31T23:59:59", "minimum", "2000-01-01T00:00:00", minimum="2000-01-01T00:00:00"),
    _cell("a year too late", "year", "2101", "maximum", "2100", maximum=2100),
    _cell("not more than the lower bound", "number", "0", "exclusive_minimum", "0.1", exclusiveMinimum=0),
    _cell("not less than the upper bound", "integer", "100", "exclusive_maximum", "99", exclusiveMaximum=100),
    _cell("a date on the day that is excluded", "date", "2024-01-01", "exclusive_maximum", "2023-12-31", exclusiveMaximum="2024-01-01"),
    _cell("small letters where capitals are", "string", "ab-1234", "pattern", "AB-1234", pattern="[A-Z]{2}-[0-9]{4}"),
    _cell("only the beginning matches", "string", "AB-12345", "pattern", "AB-1234", pattern="[A-Z]{2}-[0-9]{4}"),
    _cell("only the end matches", "string", "xAB-1234", "pattern", "AB-1234", pattern="[A-Z]{2}-[0-9]{4}"),
    _cell("a line end behind what matches", "string", "AB-1234\n", "pattern", "AB-1234", pattern="[A-Z]{2}-[0-9]{4}"),
    _cell("what only a part of the alternatives matches", "string", "ab", "pattern", "b", pattern="a|b"),
    _cell("one that makes other engines spin", "string", "a" * 45 + "!", "pattern", "a", pattern="(a+)+"),
    _cell("none of the allowed", "string", "purple", "enum", "red", enum=["red", "green"]),
    _cell("one of the allowed in capitals", "string", "RED", "enum", "red", enum=["red", "green"]),
    _cell("none of the allowed integers", "integer", "4", "enum", "+3", enum=[1, 2, 3]),
    _cell("none of the allowed numbers", "number", "1.51", "enum", "1.50", enum=["1.5"]),
    _cell("none of the allowed dates", "date", "2024-01-02", "enum", "2024-01-01", enum=["2024-01-01"]),
]  # fmt: skip


def _rows(
    name: str,
    rows: str,
    errors: Sequence[Place],
    repairs: Mapping[int, Sequence[str]],
    **keywords: Any,
) -> BadInput:
    """Keys over the columns `id` and `day` of those rows."""
    number, day = {"name": "id", "type": "number"}, {"name": "day", "type": "date"}
    fields = [number | keywords.pop("id", {}), day | keywords.pop("day", {})]
    content = f"id,day\n{rows}".encode()
    accepted = len(rows.splitlines()) - len({row for row, *_ in errors})
    schema = schema_of(*fields, **keywords)
    return BadInput(
        name=name, content=content, errors=errors, repairs=repairs, accepted=accepted, schema=schema
    )  # fmt: skip


_UNIQUE = {"constraints": {"unique": True}}

KEYS = [
    _rows("a value twice", "1,\n2,\n1,\n", [(3, 4, "id", "unique")], {3: ["3", ""]}, id=_UNIQUE),
    _rows("a value twice in two spellings", "1,\n2,\n+1.0,\n", [(3, 4, "id", "unique")], {3: ["3", ""]}, id=_UNIQUE),
    _rows("a value three times", "1,\n1,\n1,\n", [(2, 3, "id", "unique"), (3, 4, "id", "unique")], {2: ["2", ""], 3: ["3", ""]}, id=_UNIQUE),
    _rows("a value of a rejected row", "1,x\n1,\n2,\n", [(1, 2, "day", "type_error"), (2, 3, "id", "unique")], {1: ["3", ""], 2: ["4", ""]}, id=_UNIQUE),
    _rows("a primary key twice", "1,\n2,\n1,\n", [(3, 4, "id", "primary_key")], {3: ["3", ""]}, primaryKey="id"),
    _rows("a primary key without a value", "1,\n,\n", [(2, 3, "id", "required")], {2: ["2", ""]}, primaryKey="id"),
    _rows("a primary key of two twice", "1,2024-01-01\n1,2024-01-02\n1,2024-01-01\n", [(3, 4, None, "primary_key")], {3: ["2", "2024-01-01"]}, primaryKey=["id", "day"]),
    _rows("a key of two twice", "1,2024-01-01\n1,\n1,\n1,2024-01-01\n", [(4, 5, None, "unique")], {4: ["2", ""]}, uniqueKeys=[["id", "day"]]),
    _rows("two keys twice", "1,2024-01-01\n1,2024-01-01\n", [(2, 3, "id", "primary_key"), (2, 3, "day", "unique")], {2: ["2", "2024-01-02"]}, primaryKey="id", day=_UNIQUE),
]  # fmt: skip

MANY_AT_ONCE = [
    BadInput(
        name="every cell of a row",
        content=b"id,day,sku\nx,31.12.2024,ab\n1,2024-12-31,AB\n",
        errors=[(1, 2, "id", "type_error"), (1, 2, "day", "type_error"), (1, 2, "sku", "pattern")],
        accepted=1,
        schema=schema_of({"name": "id", "type": "integer"}, {"name": "day", "type": "date"}, {"name": "sku", "type": "string", "constraints": {"pattern": "[A-Z]*"}}),
        repairs={1: ["2", "2024-12-31", "AB"]},
    ),
    BadInput(
        name="one cell against three constraints",
        content=b"x\nab\nABC\n",
        errors=[(1, 2, "x", "min_length"), (1, 2, "x", "pattern"), (1, 2, "x", "enum")],
        accepted=1,
        schema=schema_of({"name": "x", "type": "string", "constraints": {"minLength": 3, "pattern": "[A-Z]*", "enum": ["ABC"]}}),
        repairs={1: ["ABC"]},
    ),
    BadInput(
        name="columns in another order than the schema's",
        content=b"day,id\n2024-12-31,x\n31.12.2024,1\n2024-12-31,1\n",
        errors=[(1, 2, "id", "type_error"), (2, 3, "day", "type_error")],
        accepted=1,
        schema=schema_of({"name": "id", "type": "integer"}, {"name": "day", "type": "date"}, fieldsMatch="equal"),
        repairs={1: ["2024-12-31", "2"], 2: ["2024-12-31", "1"]},
    ),
    BadInput(
        name="a quoted cell over lines before the bad one",
        content=b'id,note\n1,"a\nb\r\nc"\nx,"d\ne"\n',
        errors=[(2, 5, "id", "type_error")],
        accepted=1,
        schema=schema_of({"name": "id", "type": "integer"}, {"name": "note"}),
        repairs={2: ["2", "d\ne"]},
    ),
]  # fmt: skip

CSV_CELLS = [*TYPES, *FORMATS, *CONSTRAINTS, *KEYS, *MANY_AT_ONCE]
