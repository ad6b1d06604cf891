"""Which JSON records are judged at once, and that the work can be watched and stopped."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapters.tabular.decoding import decode
from adapters.tabular.fast.clean_records import clean_records
from adapters.tabular.json_table import JsonTable
from adapters.tabular.keys import key_indexes
from adapters.tabular.limits import Limits
from adapters.tabular.table import AcceptedRows, TableRow
from application.errors import ProcessingStoppedError
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.progress import Progress
from domain.schema import Schema
from tests.adapters.tabular.mill import mill, schema_of

AT_ONCE = replace(Limits(), fast_from_bytes=0)
FIRST = b'{"a":0}'
TYPED = schema_of({"name": "a", "type": "integer"}, {"name": "b", "type": "string"})


def rows_of(
    content: bytes,
    *,
    schema: Schema | None = None,
    file_type: FileType = FileType.JSON,
) -> list[TableRow | AcceptedRows]:
    def opened() -> Iterator[bytes]:
        return iter((content,))

    with key_indexes(memory_bytes=1 << 20) as new_key_index:
        table = JsonTable(
            decode(opened(), declared="utf-8", block_bytes=AT_ONCE.block_bytes),
            file_type=file_type,
            look_ahead=lambda: decode(opened(), declared="utf-8", block_bytes=AT_ONCE.block_bytes),
            schema=schema,
            limits=AT_ONCE,
            new_key_index=new_key_index,
            is_large=True,
        )
        return list(table.rows())


def texts_of(rows: list[TableRow | AcceptedRows]) -> list[bytes]:
    return [
        clean_records(row.texts, missing=[""] * row.texts.width)
        for row in rows
        if isinstance(row, AcceptedRows)
    ]


def at_once(*records: str, schema: Schema | None = None) -> str:
    """The clean records of those that were accepted at once."""
    content = b"[" + FIRST + b"," + ",".join(records).encode() + b"]"
    return b"".join(texts_of(rows_of(content, schema=schema))).decode()


@pytest.mark.parametrize("between", [b",", b",\n", b" ,\r\n", b"\r,"])
def test_plain_records_are_accepted_at_once(between: bytes) -> None:
    records = [FIRST, b'{"a":1,"b":"x, y"}', b'{ "b" : "\xc3\xa9" , "a" : true }', b"{}"]

    rows = rows_of(b"[" + between.join(records) + b"]")

    assert len(rows) == 2
    assert texts_of(rows) == ['1,"x, y"\r\ntrue,é\r\n,\r\n'.encode()]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r", b" \n\t"])
def test_plain_lines_are_accepted_at_once(line_end: bytes) -> None:
    records = [
        FIRST,
        b'{"a":1,"b":"x, y"}',
        b'{ "b" : "\xc3\xa9" , "a" : true }',
        b"{}",
        b'{"a":5}',
    ]

    rows = rows_of(line_end.join(records), file_type=FileType.NDJSON)

    # What the last line goes on with, only the file's end tells.
    assert [row.row for row in rows if isinstance(row, TableRow)] == [1, 5]
    assert texts_of(rows) == ['1,"x, y"\r\ntrue,é\r\n,\r\n'.encode()]


def test_strings_are_accepted_at_once_with_their_escapes() -> None:
    text = '"\\/\b\f\n\r\té日\U0001f600'
    spellings = [json.dumps(text), json.dumps(text, ensure_ascii=False), r'"\/"', r'"\u0041\\u"']

    written = at_once(*(f'{{"b":{spelling}}}' for spelling in spellings), schema=TYPED)

    shown = '"' + text.replace('"', '""') + '"'
    assert written == f",{shown}\r\n,{shown}\r\n,/\r\n,A\\u\r\n"


def test_absent_and_null_members_are_missing_and_an_empty_string_is_not() -> None:
    schema = schema_of({"name": "a", "constraints": {"required": True}}, {"name": "b"})

    rows = rows_of(b'[{"a":0},{"a":"","b":"x"},{"a":1},{"b":2},{"a":3,"b":null}]', schema=schema)

    assert [row.row for row in rows if isinstance(row, TableRow)] == [1, 4]
    assert texts_of(rows) == [b",x\r\n1,\r\n3,\r\n"]


def test_a_value_that_is_written_as_a_missing_one_is_counted_as_a_value() -> None:
    schema = schema_of({"name": "a"}, {"name": "b"}, missingValues=["NA"])
    content = b'[{"a":0},{"a":""},{"b":"","a":"NA"},{"a":1,"b":2}]'

    milled = mill(content, FileType.JSON, schema=schema, limits=AT_ONCE)

    assert milled.clean[1:] == [["0", "NA"], ["", "NA"], ["NA", ""], ["1", "2"]]
    profiles = [column.profile for column in milled.report.columns]
    assert [profile.nulls for profile in profiles if profile] == [0, 2]


def test_outputs_with_types_tell_empty_strings_from_null() -> None:
    content = b'[{"a":0},{"a":1,"b":""},{"a":null,"b":"x"},{"b":null},{"a":2,"b":"\\n"}]'

    rows = rows_of(content, schema=TYPED)
    milled = mill(
        content,
        FileType.JSON,
        schema=TYPED,
        options=ProcessingOptions(outputs=("csv", "ndjson")),
        limits=AT_ONCE,
    )

    assert [row.count for row in rows if isinstance(row, AcceptedRows)] == [4]
    assert milled.clean[1:] == [["0", ""], ["1", ""], ["", "x"], ["", ""], ["2", "\n"]]
    assert milled.results["clean.ndjson"].splitlines() == [
        b'{"a":0,"b":null}',
        b'{"a":1,"b":""}',
        b'{"a":null,"b":"x"}',
        b'{"a":null,"b":null}',
        b'{"a":2,"b":"\\n"}',
    ]


def test_outputs_with_types_tell_values_apart_that_are_written_alike() -> None:
    content = (
        b'[{"a":"0"},{"a":"1"},{"a":1},{"a":"2"},{"a":true},{"a":"true"},{"a":null},{"a":1E2},'
        b'{"a":[1, "1"]},{"a":"[1]"}]'
    )

    rows = rows_of(content)
    milled = mill(
        content,
        FileType.JSON,
        options=ProcessingOptions(outputs=("ndjson",)),
        limits=AT_ONCE,
    )

    assert [row.count for row in rows if isinstance(row, AcceptedRows)] == [9]
    values = [json.loads(line)["a"] for line in milled.results["clean.ndjson"].splitlines()]
    assert values == ["0", "1", 1, "2", True, "true", None, 100, [1, "1"], "[1]"]


def test_numbers_are_written_as_they_stand() -> None:
    schema = schema_of({"name": "a", "type": "number"})
    numbers = ["0", "-1", "12.50", "0.000001", "-0.0", "48.853412345678", "123456789012345678"]

    written = at_once(*(f'{{"a":{number}}}' for number in numbers), schema=schema)

    assert written.split() == numbers


@pytest.mark.parametrize(
    "bad",
    [
        b'{"a":"1"}',
        b'{"a":1.5}',
        b'{"a":01}',
        b'{"a":-}',
        b'{"a":NaN}',
        b'{"b":1}',
        b'{"a":1,"a":1}',
        b'{"a":1,"c":1}',
        b'{"b":"\\x"}',
        b'{"b":"\\ud800"}',
        b'{"b":"\\u0000"}',
        b'{"b":"\0"}',
        b'{"b":"\xff"}',
        b'{"b":[]}',
        b"x",
    ],
)
def test_a_bad_record_does_not_keep_its_neighbours_from_being_accepted_at_once(bad: bytes) -> None:
    plain = b'{"a":1,"b":"x"}'

    rows = rows_of(b"[" + b",".join([FIRST, plain, bad, plain, plain]) + b"]", schema=TYPED)

    assert [row.row for row in rows if isinstance(row, TableRow)] == [1, 3]
    assert b"".join(texts_of(rows)) == b"1,x\r\n" * 3


@pytest.mark.parametrize("unusual", [b'{"a":1e2}', b'{"a":1.0}', b'{"a":-0}', b'{"\\u0061":7}'])
def test_an_unusual_record_stands_in_its_place(unusual: bytes) -> None:
    exact = mill(b"[" + unusual + b"]", FileType.JSON, schema=TYPED).clean[1]

    rows = rows_of(b"[" + b",".join([FIRST, b'{"a":1}', unusual, b'{"a":2}']) + b"]", schema=TYPED)

    assert texts_of(rows) == [f"1,\r\n{exact[0]},\r\n2,\r\n".encode()]


def test_equal_keys_are_found_however_they_are_written() -> None:
    schema = schema_of({"name": "a", "type": "any", "constraints": {"unique": True}})
    spelt = ["1", '"1"', "true", '"true"', "1.0", "1e0", r'"\u0031"', "null", "null", "2"]
    content = "[" + ",".join(f'{{"a":{value}}}' for value in spelt) + "]"

    milled = mill(content.encode(), FileType.JSON, schema=schema, limits=AT_ONCE)

    assert [(error["row"], error["code"]) for error in milled.errors] == [
        (5, "unique"),
        (6, "unique"),
        (7, "unique"),
    ]


def test_names_that_only_late_records_have_are_columns() -> None:
    records = [*(f'{{"a":{number}}}' for number in range(50)), '{"b":1}', '{"c":2,"a":3}']

    milled = mill(f"[{','.join(records)}]".encode(), FileType.JSON, limits=AT_ONCE)

    assert milled.clean[0] == ["a", "b", "c"]
    assert milled.clean[-2:] == [["", "1", ""], ["3", "", "2"]]


def test_progress_is_told_and_a_stop_is_heard_between_chunks() -> None:
    content = b"[" + b",".join([b'{"a":1}'] * 5000) + b"]"
    limits = replace(AT_ONCE, fast_chunk_bytes=1000)
    told: list[Progress] = []

    with pytest.raises(ProcessingStoppedError):
        mill(
            content,
            FileType.JSON,
            schema=TYPED,
            limits=limits,
            progress=told.append,
            should_stop=lambda: bool(told) and told[-1].rows_read > 300,
        )

    assert 300 < told[-1].rows_read < 1000
