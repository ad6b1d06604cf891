"""Nasty JSON, with what must come of it: rows, places and codes, however it is chunked."""

from dataclasses import replace

import pytest

from domain.file_status import Outcome
from domain.file_type import FileType
from domain.schema import Schema
from tests.adapters.tabular.inputs.json_cases import CASES, LIMITS, Case
from tests.adapters.tabular.mill import WHOLE, mill, schema_of

_A3 = ["3"]

FILE_FAULTS = [
    ("nothing", b"", "empty_file"),
    ("blanks", b" \n\t", "empty_file"),
    ("a mark and blanks", b"\xef\xbb\xbf \r\n", "empty_file"),
    ("a mark of UTF-16 and blanks", "\ufeff \n".encode("utf-16-be"), "empty_file"),
    ("more blanks than a block", b" \n" * 300_000, "empty_file"),
    ("a string", b'"x"', "not_this_type"),
    ("a number", b"1", "not_this_type"),
    ("CSV", b"a,b\n1,2\n", "not_this_type"),
    (
        "too many members",
        b"[{" + b",".join(b'"m%d":1' % n for n in range(21)) + b"}]",
        "too_many_columns",
    ),
    ("a lone bracket", b"[", "no_valid_rows"),
    ("a lone brace", b"{", "no_valid_rows"),
    ("one broken object", b'{"a":1, {"b":2}}', "no_valid_rows"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nasty_json_gives_its_rows_and_errors(case: Case) -> None:
    milled = mill(case.content, FileType.JSON, options=case.options, limits=LIMITS)

    rows = milled.report.rows
    assert milled.places == case.errors
    assert (rows.accepted, rows.rejected) == (len(case.rows), len(case.errors))
    if case.rows:
        assert milled.clean == [list(case.columns), *case.rows]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nasty_json_gives_the_same_bytes_however_it_arrives(case: Case) -> None:
    expected = mill(case.content, FileType.JSON, options=case.options, limits=LIMITS).results

    for chunk_bytes, block_bytes in [(1, 4), (2, 5), (3, 7), (WHOLE, 4), (7, 64), (1, 1000)]:
        limits = replace(LIMITS, block_bytes=block_bytes)
        milled = mill(
            case.content,
            FileType.JSON,
            options=case.options,
            limits=limits,
            chunk_bytes=chunk_bytes,
        )

        assert milled.results == expected, (chunk_bytes, block_bytes)


@pytest.mark.parametrize("schema", [None, schema_of({"name": "a"})], ids=["free", "schema"])
@pytest.mark.parametrize(
    ("content", "code"), [pytest.param(*case, id=name) for name, *case in FILE_FAULTS]
)
def test_json_that_cannot_be_read_is_rejected_as_a_whole(
    content: bytes, code: str, schema: Schema | None
) -> None:
    # What is no column of the schema is an error of its row, however many there are.
    if code == "too_many_columns" and schema is not None:
        code = "no_valid_rows"

    milled = mill(content, FileType.JSON, schema=schema, limits=LIMITS)

    assert milled.report.outcome is Outcome.REJECTED
    assert milled.report.file_error is not None
    assert milled.report.file_error.code == code


def test_an_integer_of_many_digits_is_exact() -> None:
    digits = "9" * 5000

    milled = mill(b'[{"a":%s}]' % digits.encode(), FileType.JSON)

    assert milled.clean == [["a"], [digits]]


def test_json_broken_everywhere_is_given_up_when_the_rescans_are_spent() -> None:
    broken = b"[" + b'{"a":[{},' * 500
    limits = replace(LIMITS, record_bytes=10_000, rescan_bytes=20_000)

    milled = mill(broken, FileType.JSON, limits=limits)

    assert milled.report.rows.rejected < 10


def test_what_is_no_object_is_shown_as_it_is_written() -> None:
    milled = mill(b'["x",{"a":1},7]', FileType.JSON)

    assert [error["message"] for error in milled.errors] == [
        '"x" is not a JSON object',
        "7 is not a JSON object",
    ]


@pytest.mark.parametrize("block_bytes", range(4, 12))
def test_an_escape_in_a_record_that_is_too_long_costs_it_alone(block_bytes: int) -> None:
    content = b'[{"a":"' + b'\\"' * 20 + b'"},{"a":3}]'
    limits = replace(LIMITS, record_bytes=20, block_bytes=block_bytes)

    milled = mill(content, FileType.JSON, limits=limits)

    assert milled.clean == [["a"], _A3]
    assert milled.places == [(1, 1, None, "record_too_long")]


def test_of_a_record_that_is_too_long_its_own_beginning_is_shown() -> None:
    content = b'[{"a":"' + b"x" * 40 + b'"},{"a":3}]'

    milled = mill(content, FileType.JSON, limits=replace(LIMITS, record_bytes=20))

    assert milled.rejected_objects[0]["_raw"] == '… {"a":"' + "x" * 14


@pytest.mark.parametrize(
    ("text", "is_too_long"),
    [
        (b"[1,1,1,1,1]", False),
        (b"[1,1,1,1,1,1]", True),
        (b"[[],[],[]]", True),
        (b'["1,1,1,1","\\",,,\\\\"]', False),
        (b'["\\"",1,1,1,1,1]', True),
    ],
)
def test_a_record_of_too_many_values_is_not_even_parsed(text: bytes, is_too_long: bool) -> None:
    content = b'[{"a":' + text + b'},{"a":3}]'

    milled = mill(content, FileType.JSON, limits=replace(LIMITS, record_values=6))

    assert milled.places == [(1, 1, None, "record_too_long")] * is_too_long
    assert milled.clean[-1] == _A3
