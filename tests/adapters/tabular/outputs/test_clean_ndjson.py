"""`clean.ndjson`: an object a row, typed, exact to the digit."""

import json
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from adapters.tabular.limits import Limits
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.schema import Schema
from domain.values.base import Misfit
from tests.adapters.tabular.mill import mill, schema_of
from tests.adapters.tabular.outputs.typed import (
    ROWS,
    TYPED,
    WITHOUT_EMPTY,
    csv_of,
    spelt,
    values_of,
)

NDJSON = ProcessingOptions(outputs=("ndjson",), delimiter=",")
FAST = Limits(fast_from_bytes=0)


def lines_of(content: bytes) -> list[dict[str, Any]]:
    text = content.decode()
    assert text == "" or text.endswith("\n")
    return [json.loads(line, parse_float=Decimal) for line in text.split("\n")[:-1]]


def test_values_have_their_types_and_their_digits() -> None:
    content = (
        b"string,integer,number,boolean,date,time,datetime,year,any\n"
        b"1,+007,1.50,1,2024-01-31,12:00:00.50+05:30,2024-01-31T12:00:00+00:00,0999,5\n"
        b",,,,,,,,\n"
    )

    milled = mill(content, schema=TYPED, options=NDJSON)

    assert milled.results["clean.ndjson"].decode() == (
        '{"string":"1","integer":7,"number":1.50,"boolean":true,"date":"2024-01-31",'
        '"time":"12:00:00.5+05:30","datetime":"2024-01-31T12:00:00Z","year":999,"any":"5"}\n'
        '{"string":null,"integer":null,"number":null,"boolean":null,"date":null,'
        '"time":null,"datetime":null,"year":null,"any":null}\n'
    )
    assert milled.result_rows["clean.ndjson"] == 2
    assert "clean.csv" not in milled.results


def test_what_was_json_stays_the_value_that_it_was() -> None:
    content = b'[{"a":{"b":[1,2.50,null,"\\u00e9"]},"c":""},{"a":12345678901234567890}]'

    milled = mill(content, FileType.JSON, options=NDJSON)

    assert milled.results["clean.ndjson"].decode() == (
        '{"a":{"b":[1,2.50,null,"é"]},"c":""}\n{"a":12345678901234567890,"c":null}\n'
    )


def test_a_repeated_name_gets_a_number() -> None:
    milled = mill(b"a,a,b\n1,2,3\n", options=NDJSON)

    assert milled.results["clean.ndjson"] == b'{"a":"1","a_2":"2","b":"3"}\n'


@pytest.mark.parametrize("limits", [Limits(), FAST])
def test_strings_are_escaped_as_the_standard_library_escapes_them(limits: Limits) -> None:
    text = "".join(map(chr, range(1, 0x100))) + '"\\/\u2028\U0001f600'
    content = csv_of(schema_of({"name": 'na"me'}), [[text]]).replace(b'na"me', b'"na""me"')

    milled = mill(content, options=NDJSON, limits=limits)

    expected = json.dumps({'na"me': text}, ensure_ascii=False, separators=(",", ":"))
    assert milled.results["clean.ndjson"].decode() == expected + "\n"


@given(rows=ROWS)
@pytest.mark.parametrize("schema", [TYPED, WITHOUT_EMPTY])
def test_every_value_is_read_back_as_it_was_whichever_way_it_went(
    schema: Schema, rows: list[tuple[str, ...]]
) -> None:
    cells = [spelt(schema, row) for row in rows]
    values = [values_of(schema, row) for row in cells]
    good = [row for row in values if not any(isinstance(value, Misfit) for value in row)]
    content = csv_of(schema, cells)

    milled = mill(content, schema=schema, options=NDJSON)
    fast = mill(content, schema=schema, options=NDJSON, limits=FAST)

    assert fast.results == milled.results
    lines = lines_of(milled.results.get("clean.ndjson", b""))
    if good:
        assert [list(line.values()) for line in lines] == [
            [_as_json(schema, at, value) for at, value in enumerate(row)] for row in good
        ]


def _as_json(schema: Schema, at: int, value: Any) -> Any:
    if isinstance(value, date | time):
        return schema.fields[at].format(value)
    return value


@pytest.mark.parametrize("limits", [Limits(), FAST])
@pytest.mark.parametrize("missing", ["-999", "true", "2024-01-01"])
def test_a_value_that_would_be_written_as_a_missing_one_is_missing(
    missing: str, limits: Limits
) -> None:
    schema = schema_of(
        {"name": "a", "type": "integer"},
        {"name": "b", "type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
        {"name": "c", "type": "date", "format": "%d.%m.%Y"},
        missingValues=[missing],
    )
    content = b"a,b,c\n-0999,yes,01.01.2024\n" + f"{missing},{missing},{missing}\n".encode()

    options = ProcessingOptions(outputs=("csv", "ndjson"))
    written = [("-999", -999), ("true", True), ("2024-01-01", "2024-01-01")]

    milled = mill(content, schema=schema, options=options, limits=limits)

    assert [list(line.values()) for line in lines_of(milled.results["clean.ndjson"])] == [
        [None if csv_text == missing else value for csv_text, value in written],
        [None, None, None],
    ]
    assert milled.clean[1:] == [[text for text, _ in written], [missing] * 3]


@pytest.mark.parametrize("limits", [Limits(), FAST])
def test_a_text_that_the_schema_makes_a_missing_one_is_missing(limits: Limits) -> None:
    schema = schema_of(
        {"name": "a", "type": "string", "missingValues": ["na"], "gristmill": {"case": "lower"}}
    )

    milled = mill(b"a\nNA\nna\n", schema=schema, options=NDJSON, limits=limits)

    assert milled.results["clean.ndjson"] == b'{"a":null}\n{"a":null}\n'


@pytest.mark.parametrize("limits", [Limits(), FAST])
@pytest.mark.parametrize(
    ("file_type", "content"),
    [
        (FileType.CSV, b"a,b\n,1\n5,2\n"),
        (FileType.JSON, b'[{"b":"1"},{"a":"5","b":"2"}]'),
        (FileType.NDJSON, b'{"b":"1"}\n{"a":"5","b":"2"}\n'),
    ],
)
def test_a_default_that_is_a_number_is_told_from_the_text_that_spells_it(
    file_type: FileType, content: bytes, limits: Limits
) -> None:
    schema = schema_of({"name": "a", "gristmill": {"default": 5}}, {"name": "b"})

    milled = mill(content, file_type, schema=schema, options=NDJSON, limits=limits)

    assert milled.results["clean.ndjson"] == b'{"a":5,"b":"1"}\n{"a":"5","b":"2"}\n'


def test_two_outputs_hold_the_same_rows() -> None:
    options = replace(NDJSON, outputs=("csv", "ndjson"))

    milled = mill(b"a,b\n1,2\n,4\n", options=options)

    assert milled.results["clean.csv"] == b"a,b\r\n1,2\r\n,4\r\n"
    assert milled.results["clean.ndjson"] == b'{"a":"1","b":"2"}\n{"a":null,"b":"4"}\n'
