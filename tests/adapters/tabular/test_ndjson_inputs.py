"""Nasty NDJSON, with what must come of it: rows, places and codes, however it is chunked."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.limits import Limits
from domain.file_status import Outcome
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.schema import Schema
from tests.adapters.tabular.mill import WHOLE, Milled, mill, schema_of

LIMITS = Limits(record_bytes=300, raw_characters=100, columns=20)
LINE_ENDS = (b"\n", b"\r\n", b"\r")

Place = tuple[int, int, str | None, str]


@dataclass(frozen=True)
class Case:
    """`rows` are those of clean.csv, whose columns are `columns`; so many lines are `blank`."""

    name: str
    content: bytes
    rows: list[list[str]] = field(default_factory=list)
    errors: list[Place] = field(default_factory=list)
    columns: tuple[str, ...] = ("a",)
    blank: int = 0
    options: ProcessingOptions = ProcessingOptions()


_A1, _A2, _A3 = ["1"], ["2"], ["3"]


def _fault(row: int, code: str = "json_syntax") -> Place:
    return (row, row, None, code)


CASES = [
    Case("an object to a line", b'{"a":1}\n{"a":2}\n', [_A1, _A2]),
    Case("no line end after the last", b'{"a":1}\n{"a":2}', [_A1, _A2]),
    Case("CRLF", b'{"a":1}\r\n{"a":2}\r\n', [_A1, _A2]),
    Case("CR", b'{"a":1}\r{"a":2}\r', [_A1, _A2]),
    Case("blanks around records", b' {"a" : 1 } \n\t{"a":2}\t\n', [_A1, _A2]),
    Case("a UTF-8 mark", b'\xef\xbb\xbf{"a":1}\n{"a":2}', [_A1, _A2]),
    Case("UTF-16 by its mark", '\ufeff{"a":"é🦆"}\n{"a":1}'.encode("utf-16-be"), [["é🦆"], _A1]),
    Case(
        "latin-1 declared",
        b'{"a":"\xe9"}\n{"a":1}',
        [["é"], _A1],
        options=ProcessingOptions(encoding="latin-1"),
    ),
    Case("blank lines are skipped", b'\n \t\n{"a":1}\n\n\r\n{"a":2}\n\n', [_A1, _A2], blank=5),
    Case(
        "the union of members",
        b'{"a":1}\n{"b":2}\n{"a":3,"c":4}\n',
        [["1", "", ""], ["", "2", ""], ["3", "", "4"]],
        columns=("a", "b", "c"),
    ),
    Case("line separators of Unicode end no line", '{"a":"\u2028\x85"}'.encode(), [["\u2028\x85"]]),
    Case("an escaped line end", b'{"a":"x\\ny"}', [["x\ny"]]),
    # One broken line costs itself alone.
    Case("a broken first line", b'{"a":\n{"a":2}\n', [_A2], [_fault(1)]),
    Case("a first line that is no JSON", b'x\n{"a":2}\n', [_A2], [_fault(1)]),
    Case("a broken line amid others", b'{"a":1}\n{"a":}\n{"a":3}\n', [_A1, _A3], [_fault(2)]),
    Case("a quote that is never closed", b'{"a":"x}\n{"a":2}', [_A2], [_fault(1)]),
    Case("a brace that is never closed", b'{"a":[{\n{"a":2}', [_A2], [_fault(1)]),
    Case("a bracket that closes nothing", b'{"a":1]}\n{"a":2}', [_A2], [_fault(1)]),
    Case("a comma after a record", b'{"a":1},\n{"a":2}', [_A2], [_fault(1)]),
    Case("two records on a line", b'{"a":1}{"a":1}\n{"a":2}', [_A2], [_fault(1)]),
    Case("a record over two lines", b'{"a":\n1}\n{"a":2}', [_A2], [_fault(1), _fault(2)]),
    Case("a line end in a string", b'{"a":"x\ny"}\n{"a":2}', [_A2], [_fault(1), _fault(2)]),
    Case("cut inside a record", b'{"a":1}\n{"a":"x', [_A1], [_fault(2)]),
    Case("NaN", b'{"a":NaN}\n{"a":2}', [_A2], [_fault(1)]),
    Case(
        "lines that are no objects",
        b'1\n"x"\nnull\n[{"a":9}]\n{"a":2}',
        [_A2],
        [_fault(row, "not_an_object") for row in range(1, 5)],
    ),
    Case("a member twice", b'{"a":1,"a":1}\n{"a":2}', [_A2], [_fault(1, "duplicate_key")]),
    Case(
        "too deep",
        b'{"a":' + b"[" * 64 + b"]" * 64 + b'}\n{"a":2}',
        [_A2],
        [_fault(1, "too_deep")],
    ),
    Case("deep and never closed", b'{"a":2}\n' + b"[" * 290, [_A2], [_fault(2, "too_deep")]),
    Case("a line too long", b"x" * 301 + b'\n{"a":2}', [_A2], [_fault(1, "record_too_long")]),
    Case("blanks too long", b" " * 303 + b'\n{"a":2}', [_A2], [_fault(1, "record_too_long")]),
    Case("as long as allowed", b'{"a":"' + b"x" * 292 + b'"}\r\n{"a":2}', [["x" * 292], _A2]),
    # Bytes.
    Case("a bad byte", b'{"a":"\xff"}\n{"a":2}', [_A2], [_fault(1, "encoding_error")]),
    Case("a NUL", b'{"a":"\0"}\n{"a":2}', [_A2], [_fault(1, "nul_byte")]),
    Case("an escaped NUL", b'{"a":"\\u0000"}\n{"a":2}', [_A2], [_fault(1, "nul_byte")]),
    Case(
        "half a surrogate pair", b'{"a":"\\ud800"}\n{"a":2}', [_A2], [_fault(1, "encoding_error")]
    ),
    Case("a record without members", b'{}\n{"a":2}', [[""], _A2]),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nasty_ndjson_gives_its_rows_and_errors(case: Case) -> None:
    milled = mill(case.content, FileType.NDJSON, options=case.options, limits=LIMITS)

    rows = milled.report.rows
    assert milled.places == case.errors
    assert (rows.accepted, rows.rejected, rows.skipped) == (
        len(case.rows),
        len(case.errors),
        case.blank,
    )
    assert milled.clean == [list(case.columns), *case.rows]
    assert milled.report.file_type is FileType.NDJSON


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nasty_ndjson_gives_the_same_bytes_however_it_arrives(case: Case) -> None:
    expected = mill(case.content, FileType.NDJSON, options=case.options, limits=LIMITS).results

    for chunk_bytes, block_bytes in [(1, 4), (2, 5), (3, 7), (WHOLE, 4), (7, 64), (1, 1000)]:
        milled = mill(
            case.content,
            FileType.NDJSON,
            options=case.options,
            limits=replace(LIMITS, block_bytes=block_bytes),
            chunk_bytes=chunk_bytes,
        )

        assert milled.results == expected, (chunk_bytes, block_bytes)


def test_rows_are_counted_with_blank_lines_and_lines_as_they_stand() -> None:
    milled = mill(b'\r\n\n{"a":1}\r\r{"a":}\n\n{"a":', FileType.NDJSON)

    assert [place[:2] for place in milled.places] == [(5, 5), (7, 7)]
    assert milled.report.rows.read == 7


@pytest.mark.parametrize("schema", [None, schema_of({"name": "a"})], ids=["free", "schema"])
@pytest.mark.parametrize("content", [b"", b"\n\r \t\n", b"\xef\xbb\xbf\n", b" \n" * 300_000])
def test_ndjson_of_blank_lines_alone_is_empty(content: bytes, schema: Schema | None) -> None:
    report = mill(content, FileType.NDJSON, schema=schema).report

    assert report.file_error is not None
    assert report.file_error.code == "empty_file"


def test_too_many_members_reject_the_file() -> None:
    members = b",".join(b'"m%d":1' % number for number in range(21))

    report = mill(b"{%s}" % members, FileType.NDJSON, limits=LIMITS).report

    assert report.file_error is not None
    assert report.file_error.code == "too_many_columns"


@pytest.mark.parametrize("case", [it for it in CASES if it.errors], ids=lambda case: case.name)
def test_no_unrepaired_line_is_ever_accepted(case: Case) -> None:
    milled = mill(case.content, FileType.NDJSON, options=case.options, limits=LIMITS)

    for _ in range(2):
        rejected = milled.report.rows.rejected
        lines = milled.results["rejected.ndjson"].splitlines()
        array = b"[" + b",".join(lines) + b"]"
        again = mill(array, FileType.JSON, options=case.options)
        milled = mill(b"\n".join(lines), FileType.NDJSON, options=case.options)

        for report in (again.report, milled.report):
            assert (report.rows.accepted, report.rows.rejected) == (0, rejected)
            assert report.outcome is Outcome.REJECTED


def test_a_rejected_line_has_its_place_its_errors_and_its_own_values() -> None:
    schema = schema_of({"name": "id", "type": "integer"}, {"name": "b", "type": "any"})

    milled = mill(b'{"id":"x","b":[1]}\n\n{"id":}\n', FileType.NDJSON, schema=schema)

    assert milled.rejected_lines == [
        {
            "_row": 1,
            "_line": 1,
            "_errors": ['id: "x" is a string, not an integer (type_error)'],
            "_raw": None,
            "id": "x",
            "b": [1],
        },
        {
            "_row": 3,
            "_line": 3,
            "_errors": [
                "the record is not valid JSON: a value is missing at character 7 (json_syntax)"
            ],
            "_raw": '{"id":}',
        },
    ]


@pytest.mark.parametrize("file_type", [FileType.JSON, FileType.NDJSON])
def test_repaired_lines_are_accepted_in_either_form(file_type: FileType) -> None:
    schema = schema_of({"name": "id", "type": "integer"})
    milled = mill(b'{"id":"1"}\n{"id":}\n', FileType.NDJSON, schema=schema)
    first, second = milled.rejected_lines
    repaired = [first | {"id": 1}, second | {"_raw": '{"id": 2}'}]

    is_array = file_type is FileType.JSON
    text = json.dumps(repaired) if is_array else "\n".join(map(json.dumps, repaired))
    again = mill(text.encode(), file_type, schema=schema)

    assert again.clean == [["id"], ["1"], ["2"]]


def test_lines_declared_in_an_8_bit_encoding_come_back_in_it() -> None:
    options = ProcessingOptions(encoding="cp1252")
    schema = schema_of({"name": "id", "type": "integer"}, {"name": "b"})
    milled = mill(
        '{"id":"x","b":"é"}'.encode("cp1252"), FileType.NDJSON, schema=schema, options=options
    )

    repaired = milled.results["rejected.ndjson"].replace(b'"id":"x"', b'"id":1')
    again = mill(repaired, FileType.NDJSON, schema=schema, options=options)

    assert again.clean[1] == ["1", "é"]


def test_without_rejected_lines_there_are_none() -> None:
    assert mill(b'{"id":1}', FileType.NDJSON).results["rejected.ndjson"] == b""


_NAMES = st.sampled_from(["a", "b", "c d", "é"])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda values: st.lists(values, max_size=2) | st.dictionaries(_NAMES, values, max_size=2),
    max_leaves=5,
)
_RECORDS = st.dictionaries(_NAMES, _VALUES, max_size=3).map(json.dumps) | st.sampled_from(
    ['{"a":1,"a":2}', '{"a":NaN}', '{"a":"\\u0000"}', '{"a":"\\ud800"}', '"a"', "[]", "1"]
)


@given(
    records=st.lists(_RECORDS, min_size=1, max_size=6),
    line_end=st.sampled_from(LINE_ENDS),
    schema=st.sampled_from(
        [None, schema_of({"name": "a", "type": "integer"}, fieldsMatch=["partial"])]
    ),
    chunk_bytes=st.integers(1, 40),
)
def test_ndjson_is_what_the_same_records_in_an_array_are(
    records: list[str], line_end: bytes, schema: Schema | None, chunk_bytes: int
) -> None:
    lines = line_end.join(record.encode() for record in records)
    array = b"[" + b",".join(record.encode() for record in records) + b"]"

    of_lines = mill(lines, FileType.NDJSON, schema=schema, chunk_bytes=chunk_bytes)
    of_array = mill(array, FileType.JSON, schema=schema)

    assert _without_lines(of_lines) == _without_lines(of_array)


def _without_lines(milled: Milled) -> tuple[Any, ...]:
    errors = [{name: it[name] for name in it if name != "line"} for it in milled.errors]
    clean = milled.results.get("clean.csv")
    return clean, milled.report.rows, milled.report.columns, errors


@given(
    content=st.lists(
        st.sampled_from(
            [b'{"a":1}', b"{", b"}", b"[", b'"', b"\\", b",", b" ", b"\xff", b"\0", *LINE_ENDS]
        ),
        max_size=30,
    ).map(b"".join),
    chunk_bytes=st.integers(1, 40),
    block_bytes=st.integers(1, 40),
)
def test_any_ndjson_adds_up_and_no_line_of_it_is_lost(
    content: bytes, chunk_bytes: int, block_bytes: int
) -> None:
    # Declared, since NULs in every second place would tell UTF-16.
    options = ProcessingOptions(encoding="utf-8")
    content = b"0\n" + content
    milled = mill(content, FileType.NDJSON, options=options)
    again = mill(
        content,
        FileType.NDJSON,
        options=options,
        chunk_bytes=chunk_bytes,
        limits=replace(Limits(), block_bytes=block_bytes),
    )

    assert again.results == milled.results
    rows = milled.report.rows
    assert rows.read == len(content.splitlines())
    assert len(milled.rejected_lines) == rows.rejected == len({row for row, *_ in milled.places})
