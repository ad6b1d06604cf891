"""Nasty CSV, with what must come of it: rows, places and codes, however it is chunked."""

from dataclasses import replace

import pytest

from domain.file_status import Outcome
from domain.processing_options import ProcessingOptions
from domain.processing_report import DelimiterSource
from tests.adapters.tabular.inputs.csv_case import BOM, COMMA, LIMITS, Case
from tests.adapters.tabular.inputs.csv_cases import CASES
from tests.adapters.tabular.mill import WHOLE, mill

FILE_FAULTS = [
    ("nothing", b"", ProcessingOptions(), "empty_file"),
    ("only a mark", BOM, ProcessingOptions(), "empty_file"),
    ("only blank lines", b"\n\r\n", ProcessingOptions(), "empty_file"),
    ("only blanks", b"  \n\t \r\n", ProcessingOptions(), "empty_file"),
    ("a mark and blanks", BOM + b" \n", ProcessingOptions(), "empty_file"),
    ("a mark of UTF-16 and blanks", "\ufeff \r\n\t".encode("utf-16-le"), COMMA, "empty_file"),
    ("more blanks than are looked at", b"\t \n" * 50_000, ProcessingOptions(), "empty_file"),
    ("blanks and no header", b" \n\n", ProcessingOptions(header=False), "empty_file"),
    ("nothing, and no header either", b"", ProcessingOptions(header=False), "empty_file"),
    ("a header with a stray quote", b'a,b"\n1,2\n', ProcessingOptions(), "no_header"),
    ("nothing but the delimiter's name", b"sep=;\n", ProcessingOptions(), "empty_file"),
    ("a header without any name", b";;\n1;2;3\n", ProcessingOptions(), "no_header"),
    ("a header with a bad byte", b"a,\xff\n1,2\n", ProcessingOptions(), "no_header"),
    (
        "only the columns of rejected rows",
        b"_row,_line,_errors,_raw\n1,2,x,y\n",
        ProcessingOptions(),
        "empty_file",
    ),
    ("a column name too long", b"a," + b"x" * 41 + b"\n1,2\n", ProcessingOptions(), "no_header"),
    ("a header too long", b"x" * 201 + b"\n1,2\n", ProcessingOptions(), "no_header"),
    ("too many columns", b"x," * 20 + b"x\n", ProcessingOptions(), "too_many_columns"),
    ("no such encoding", b"a,b\n", ProcessingOptions(encoding="klingon"), "encoding_unknown"),
    ("a codec that is no text", b"a,b\n", ProcessingOptions(encoding="base64"), "encoding_unknown"),
    (
        "a codec that escapes ASCII",
        b"a,b\n",
        ProcessingOptions(encoding="utf-7"),
        "encoding_unknown",
    ),
    ("an encoding with a NUL", b"a,b\n", ProcessingOptions(encoding="u\0"), "encoding_unknown"),
    ("no valid row", b"a,b\n1\n", ProcessingOptions(delimiter=","), "no_valid_rows"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nasty_csv_gives_its_rows_and_errors(case: Case) -> None:
    milled = mill(case.content, options=case.options, limits=LIMITS)

    rows = milled.report.rows
    assert milled.places == case.errors
    assert (rows.accepted, rows.skipped) == (len(case.rows), case.skipped)
    assert rows.rejected == len({row for row, *_ in case.errors})
    if milled.report.outcome is not Outcome.REJECTED:
        assert milled.clean[1:] == case.rows


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nasty_csv_gives_the_same_bytes_however_it_arrives(case: Case) -> None:
    expected = mill(case.content, options=case.options, limits=LIMITS).results

    for chunk_bytes, block_bytes in [(1, 4), (2, 5), (3, 7), (WHOLE, 4), (7, 64), (1, 1000)]:
        limits = replace(LIMITS, block_bytes=block_bytes)
        milled = mill(case.content, options=case.options, limits=limits, chunk_bytes=chunk_bytes)

        assert milled.results == expected, (chunk_bytes, block_bytes)


@pytest.mark.parametrize(
    ("content", "options", "code"),
    [pytest.param(*case, id=name) for name, *case in FILE_FAULTS],
)
def test_csv_that_cannot_be_read_is_rejected_as_a_whole(
    content: bytes, options: ProcessingOptions, code: str
) -> None:
    milled = mill(content, options=options, limits=LIMITS)

    assert milled.report.outcome is Outcome.REJECTED
    assert milled.report.file_error is not None
    assert milled.report.file_error.code == code
    assert milled.results.keys() - {"rejected.csv", "datapackage.json"} == {
        "errors.ndjson",
        "report.json",
    }
    if "rejected.csv" in milled.results:
        again = mill(milled.results["rejected.csv"], limits=LIMITS)
        assert again.report.outcome is Outcome.REJECTED


@pytest.mark.parametrize(
    ("content", "declared", "delimiter", "source"),
    [
        (b"a;b\n1;2\n", None, ";", DelimiterSource.CONTENT),
        (b"a;b\n1;2\n", ",", ",", DelimiterSource.DECLARED),
        (b"sep=|\na;b\n", None, "|", DelimiterSource.SEP_LINE),
        (b"sep=|\na;b\n", ";", ";", DelimiterSource.DECLARED),
    ],
)
def test_the_report_says_what_told_the_delimiter(
    content: bytes, declared: str | None, delimiter: str, source: DelimiterSource
) -> None:
    dialect = mill(content, options=ProcessingOptions(delimiter=declared)).report.dialect

    assert dialect is not None
    assert (dialect.delimiter, dialect.delimiter_source) == (delimiter, source)
