"""Nasty CSV, with what must come of it: rows, places and codes, however it is chunked."""

from dataclasses import dataclass, field, replace

import pytest

from adapters.tabular.limits import Limits
from domain.file_status import Outcome
from domain.processing_options import ProcessingOptions
from domain.processing_report import DelimiterSource
from tests.adapters.tabular.mill import WHOLE, mill

LIMITS = Limits(
    record_bytes=200, cell_bytes=50, columns=20, column_name_bytes=40, raw_characters=100
)
_COMMA = ProcessingOptions(delimiter=",")

Place = tuple[int, int, str | None, str]


@dataclass(frozen=True)
class Case:
    name: str
    content: bytes
    rows: list[list[str]] = field(default_factory=list)
    errors: list[Place] = field(default_factory=list)
    skipped: int = 0
    options: ProcessingOptions = ProcessingOptions()


def _declared(encoding: str) -> ProcessingOptions:
    return ProcessingOptions(encoding=encoding, delimiter=",")


_AB = ["a", "b"]
_BOM = b"\xef\xbb\xbf"

CASES = [
    # Line ends and blank records.
    Case("LF", b"a,b\n1,2\n3,4\n", [["1", "2"], ["3", "4"]]),
    Case("CRLF", b"a,b\r\n1,2\r\n3,4\r\n", [["1", "2"], ["3", "4"]]),
    Case("CR", b"a,b\r1,2\r3,4\r", [["1", "2"], ["3", "4"]]),
    Case("mixed line ends", b"a,b\r\n1,2\r3,4\n5,6", [["1", "2"], ["3", "4"], ["5", "6"]]),
    Case("no final line end", b"a,b\n1,2", [["1", "2"]]),
    Case("LF CR is a blank between", b"a,b\n\r1,2\n", [["1", "2"]], skipped=1),
    Case("CR CR LF is one blank", b"a,b\r\r\n1,2\n", [["1", "2"]], skipped=1),
    Case("blank lines between rows", b"a,b\n\n1,2\n\n\n3,4\n", [["1", "2"], ["3", "4"]], skipped=3),
    Case("blank lines at the end", b"a,b\n1,2\n\r\n\r\n", [["1", "2"]], skipped=2),
    Case("blank lines before the header are no rows", b"\n\r\na,b\n1,2\n", [["1", "2"]]),
    Case(
        "blank lines count as rows and lines",
        b"a,b\n\n1\n\n2\n",
        [],
        [(2, 3, "b", "missing_cell"), (4, 5, "b", "missing_cell")],
        skipped=2,
        options=_COMMA,
    ),
    Case(
        "a line of spaces is a record",
        b"a,b\n  \n1,2\n",
        [["1", "2"]],
        [(1, 2, "b", "missing_cell")],
    ),
    Case("only delimiters are empty cells", b"a,b\n,\n", [["", ""]]),
    Case("a quoted nothing is a row", b'a\n""\n', [[""]]),
    Case("an empty line in one column is blank", b"a\n\nx\n", [["x"]], skipped=1),
    Case("header only", b"a,b\n"),
    Case("header only without line end", b"a,b"),
    Case(
        "line separators of Unicode end no line",
        "a,b\nx\u2028y,\u0085\x0b\x0c\x1c\n".encode(),
        [["x\u2028y", "\u0085\x0b\x0c\x1c"]],
    ),
    # Quotes that are right.
    Case("a quoted cell", b'a,b\n"1","2"\n', [["1", "2"]]),
    Case("a quoted delimiter", b'a,b\n"1,1",2\n', [["1,1", "2"]]),
    Case("doubled quotes", b'a,b\n"say ""hi""",2\n', [['say "hi"', "2"]]),
    Case("nothing but a doubled quote", b'a,b\n"""",2\n', [['"', "2"]]),
    Case("nothing but two doubled quotes", b'a,b\n"""""",2\n', [['""', "2"]]),
    Case("a quoted empty last cell", b'a,b\n1,""\n', [["1", ""]]),
    Case("a quoted LF", b'a,b\n"1\n1",2\n3,4\n', [["1\n1", "2"], ["3", "4"]]),
    Case("a quoted CRLF stays a CRLF", b'a,b\r\n"1\r\n1",2\r\n', [["1\r\n1", "2"]]),
    Case("a quoted CR", b'a,b\r"1\r1",2\r', [["1\r1", "2"]]),
    Case("a quoted blank line", b'a,b\n"1\n\n1",2\n', [["1\n\n1", "2"]]),
    Case("two cells over lines", b'a,b\n"1\n1","2\n2"\n3,4\n', [["1\n1", "2\n2"], ["3", "4"]]),
    Case(
        "a quoted header over lines",
        b'"a\nx",b\n1\n',
        [],
        [(1, 3, "b", "missing_cell")],
        options=_COMMA,
    ),
    Case(
        "lines are counted inside quoted cells",
        b'a,b\n"1\r\n\n1",2\n3\n',
        [["1\r\n\n1", "2"]],
        [(2, 5, "b", "missing_cell")],
    ),
    Case("blanks around are kept", b"a,b\n 1 ,\t2\n", [[" 1 ", "\t2"]], options=_COMMA),
    # Quotes that are wrong.
    Case(
        "a quote inside a cell", b'a,b\n1"x,2\n3,4\n', [["3", "4"]], [(1, 2, None, "stray_quote")]
    ),
    Case(
        "text after a closing quote",
        b'a,b\n"1"x,2\n3,4\n',
        [["3", "4"]],
        [(1, 2, None, "stray_quote")],
    ),
    Case(
        "a blank before a quote", b'a,b\n1, "2"\n3,4\n', [["3", "4"]], [(1, 2, None, "stray_quote")]
    ),
    Case(
        "a blank after a quote", b'a,b\n"1" ,2\n3,4\n', [["3", "4"]], [(1, 2, None, "stray_quote")]
    ),
    Case("an apostrophe quotes nothing", b"a,b\n'1,2'\n", [["'1", "2'"]]),
    Case("a backslash escapes nothing", b'a,b\n"1\\",2\n3,4\n', [["1\\", "2"], ["3", "4"]]),
    Case(
        "never closed on the last row",
        b'a,b\n1,2\n3,"4\n',
        [["1", "2"]],
        [(2, 3, None, "unclosed_quote")],
    ),
    Case(
        "never closed in the middle costs one row",
        b'a,b\n1,"2\n3,4\n5,6\n',
        [["3", "4"], ["5", "6"]],
        [(1, 2, None, "unclosed_quote")],
    ),
    Case(
        "never closed before a row with quotes",
        b'a,b\n1,"2\n3,"4"\n5,6\n',
        [["3", "4"], ["5", "6"]],
        [(1, 2, None, "unclosed_quote")],
    ),
    Case(
        "never closed before a cell over lines",
        b'a,b\n1,"2\n3,"4\n4"\n5,6\n',
        [["3", "4\n4"], ["5", "6"]],
        [(1, 2, None, "unclosed_quote")],
    ),
    Case(
        "never closed twice",
        b'a,b\n1,"2\n3,4\n5,"6x\n7,8\n',
        [["3", "4"], ["7", "8"]],
        [(1, 2, None, "unclosed_quote"), (3, 4, None, "unclosed_quote")],
    ),
    Case("a lone quote", b'a,b\n"\n1,2\n', [["1", "2"]], [(1, 2, None, "unclosed_quote")]),
    Case(
        "an odd run of quotes", b'a,b\n""",2\n3,4\n', [["3", "4"]], [(1, 2, None, "unclosed_quote")]
    ),
    Case(
        "a quote open longer than a record may be",
        b'a,b\n"1\n' + b"x,y\n" * 60 + b'"\n',
        [["x", "y"]] * 60,
        [(1, 2, None, "unclosed_quote"), (62, 63, None, "unclosed_quote")],
    ),
    # Ragged records.
    Case("too few cells", b"a,b\n1\n3,4\n", [["3", "4"]], [(1, 2, "b", "missing_cell")]),
    Case("too many cells", b"a,b\n1,2,3\n3,4\n", [["3", "4"]], [(1, 2, None, "extra_cell")]),
    Case("a trailing delimiter", b"a,b\n1,2,\n3,4\n", [["3", "4"]], [(1, 2, None, "extra_cell")]),
    Case(
        "far too many cells",
        b"a,b\n" + b"," * 30 + b"\n3,4\n",
        [["3", "4"]],
        [(1, 2, None, "extra_cell")],
    ),
    Case(
        "far too many quoted cells",
        b"a,b\n" + b'"",' * 30 + b"\n3,4\n",
        [["3", "4"]],
        [(1, 2, None, "extra_cell")],
    ),
    # Bytes.
    Case("a bad byte", b"a,b\n1,\xff\n3,4\n", [["3", "4"]], [(1, 2, None, "encoding_error")]),
    Case(
        "a character cut short by a delimiter",
        b"a,b\n\xe2\x82,2\n3,4\n",
        [["3", "4"]],
        [(1, 2, None, "encoding_error")],
    ),
    Case(
        "a character cut short by the end",
        b"a,b\n3,4\n1,\xc3",
        [["3", "4"]],
        [(2, 3, None, "encoding_error")],
    ),
    Case("an encoded surrogate", b"a,b\n1,\xed\xa0\x80\n", [], [(1, 2, None, "encoding_error")]),
    Case(
        "an overlong slash",
        b"a,b\n1,\xc0\xaf\n3,4\n",
        [["3", "4"]],
        [(1, 2, None, "encoding_error")],
    ),
    Case(
        "a bad byte in a quoted cell",
        b'a,b\n1,"\xff\n"\n3,4\n',
        [["3", "4"]],
        [(1, 2, None, "encoding_error")],
    ),
    Case(
        "a bad byte and a stray quote",
        b'a,b\n1,\xff"\n3,4\n',
        [["3", "4"]],
        [(1, 2, None, "stray_quote"), (1, 2, None, "encoding_error")],
    ),
    Case("a NUL", b"a,b\n1,\0\n3,4\n", [["3", "4"]], [(1, 2, None, "nul_byte")]),
    Case("a replacement character is text", "a,b\n1,\ufffd\n".encode(), [["1", "\ufffd"]]),
    Case("characters beyond the plane", "a,b\n1,🦆é\n".encode(), [["1", "🦆é"]]),
    # Marks and encodings.
    Case("a UTF-8 mark", _BOM + b"a,b\n1,2\n", [["1", "2"]]),
    Case("a mark before a quoted header", _BOM + b'"a",b\n1,2\n', [["1", "2"]]),
    Case("only the first mark is one", _BOM + b"a,b\n" + _BOM + b"1,2\n", [["\ufeff1", "2"]]),
    Case("UTF-16 LE by its mark", "\ufeffa,b\né,🦆\n".encode("utf-16-le"), [["é", "🦆"]]),
    Case("UTF-16 BE by its mark", "\ufeffa,b\r\né,🦆\r\n".encode("utf-16-be"), [["é", "🦆"]]),
    Case("UTF-32 by its mark", "\ufeffa,b\né,🦆\n".encode("utf-32-le"), [["é", "🦆"]]),
    Case(
        "UTF-16 declared",
        "a,b\né,2\n".encode("utf-16-le"),
        [["é", "2"]],
        options=_declared("UTF-16"),
    ),
    Case(
        "half a surrogate pair in UTF-16",
        b"\xff\xfe" + "a,b\n1,".encode("utf-16-le") + b"\x00\xd8" + "\n3,4\n".encode("utf-16-le"),
        [["3", "4"]],
        [(1, 2, None, "encoding_error")],
    ),
    Case(
        "UTF-16 with a byte too few",
        "\ufeffa,b\n3,4\n1,2".encode("utf-16-le")[:-1],
        [["3", "4"]],
        [(2, 3, None, "encoding_error")],
    ),
    Case("cp1252 declared", b"a,b\n\x80,\xe9\n", [["€", "é"]], options=_declared("cp1252")),
    Case("latin-1 declared", b"a,b\n\x85,\xe9\n", [["\x85", "é"]], options=_declared("latin-1")),
    Case(
        "a byte that cp1252 does not have",
        b"a,b\n1,\x81\n3,4\n",
        [["3", "4"]],
        [(1, 2, None, "encoding_error")],
        options=_declared("windows-1252"),
    ),
    Case(
        "UTF-8 declared to be ASCII",
        "a,b\n1,é\n3,4\n".encode(),
        [["3", "4"]],
        [(1, 2, None, "encoding_error")],
        options=_declared("ascii"),
    ),
    Case(
        "a mark outranks the declaration",
        _BOM + "a,b\né,2\n".encode(),
        [["é", "2"]],
        options=_declared("cp1252"),
    ),
    Case(
        "Shift JIS, whose second bytes are ASCII",
        "a,b\nソ,表\n".encode("shift_jis"),
        [["ソ", "表"]],
        options=_declared("shift_jis"),
    ),
    # Sizes; the limits of this table are small.
    Case("a cell as long as allowed", b"a,b\n1," + b"x" * 50 + b"\n", [["1", "x" * 50]]),
    Case(
        "a cell too long",
        b"a,b\n1," + b"x" * 51 + b"\n3,4\n",
        [["3", "4"]],
        [(1, 2, "b", "cell_too_long")],
    ),
    Case(
        "cells are measured in bytes",
        b"a,b\n1," + "é".encode() * 26 + b"\n",
        [],
        [(1, 2, "b", "cell_too_long")],
    ),
    Case(
        "a record too long",
        b"a,b\n" + b"x" * 201 + b"\n3,4\n",
        [["3", "4"]],
        [(1, 2, None, "record_too_long")],
    ),
    Case(
        "a record too long with quotes",
        b'a,b\n"' + b"x" * 500 + b'",1\n3,4\n',
        [["3", "4"]],
        [(1, 2, None, "record_too_long")],
    ),
    Case(
        "a record too long at the end",
        b"a,b\n3,4\n" + b"x" * 1000,
        [["3", "4"]],
        [(2, 3, None, "record_too_long")],
    ),
    Case(
        "a record as long as allowed",
        b"a,b\r\n" + b"x," * 99 + b"xx\r\n",
        [],
        [(1, 2, None, "extra_cell")],
    ),
    # Delimiters.
    Case("semicolons", b"a;b\n1,5;2\n", [["1,5", "2"]]),
    Case("tabs", b"a\tb\n1,5\t2;3\n", [["1,5", "2;3"]]),
    Case("pipes", b"a|b\n1,5|2\n", [["1,5", "2"]]),
    Case(
        "semicolons against decimal commas",
        b"a;b\n1,5;2,5\n3,5;4,5\n",
        [["1,5", "2,5"], ["3,5", "4,5"]],
    ),
    Case(
        "delimiters in quotes do not count",
        b'a,b\n"x;y;z",1\n"x;y;z",2\n',
        [["x;y;z", "1"], ["x;y;z", "2"]],
    ),
    Case("a line that names the delimiter", b"sep=;\na,b;c\n1,5;2\n", [["1,5", "2"]]),
    Case("a line that names the tab", b'"sep=\t"\r\na\tb\r\n1\t2;3\r\n', [["1", "2;3"]]),
    Case(
        "a line that names the delimiter counts as a line",
        _BOM + b"sep=;\r\na;b\r\n1\r\n",
        [],
        [(1, 3, "b", "missing_cell")],
    ),
    Case(
        "a line that names another delimiter than the declared one",
        b"sep=;\na,b;c\n1,2;3\n",
        [["1", "2;3"]],
        options=_COMMA,
    ),
    Case(
        "a line that names the delimiter, and no header",
        b"sep=;\n1;2\n3,4;5\n",
        [["1", "2"], ["3,4", "5"]],
        options=ProcessingOptions(header=False),
    ),
    Case("blank lines before the delimiter's name", b"\n\nsep=;\n\na,b;c\n1;2\n", [["1", "2"]]),
    Case("spaces before the delimiter's name", b" \n\n  \n sep=;\na,b;c\n1;2\n", [["1", "2"]]),
    Case("a line that names what is no delimiter", b"sep=:\n1\n", [["1"]]),
    Case("a declared delimiter", b"a,b\n1;2,3\n", [["1;2", "3"]], options=_COMMA),
    Case("one column", b"a\n1\n2\n", [["1"], ["2"]]),
    # No header.
    Case(
        "no header",
        b"1,2\n3,4\n",
        [["1", "2"], ["3", "4"]],
        options=ProcessingOptions(header=False),
    ),
    Case(
        "no header and blank lines first",
        b"\n1,2\n3\n",
        [["1", "2"]],
        [(3, 3, "c2", "missing_cell")],
        skipped=1,
        options=ProcessingOptions(header=False, delimiter=","),
    ),
    Case(
        "no header and a first record that cannot be cut",
        b'1,2"\n3,4\n',
        [["3", "4"]],
        [(1, 1, None, "stray_quote")],
        options=ProcessingOptions(header=False, delimiter=","),
    ),
    # Names of columns, which without a schema may be anything.
    Case("content after many blank lines", b"\n" * 100_000 + b"a;b\n1;2\n", [["1", "2"]]),
    Case(
        "content after many blank lines without a header",
        b"\n" * 100_000 + b"1;2\n",
        [["1", "2"]],
        skipped=100_000,
        options=ProcessingOptions(header=False),
    ),
    Case("a column name twice", b"a,a\n1,2\n", [["1", "2"]]),
    Case("a column without a name", b"a,,b\n1,2,3\n", [["1", "2", "3"]]),
    Case(
        "columns without a name at the end are none",
        b"a,b,,\n1,2,,\n3,4\n5,6,\n7,8,,x\n9,0,,,\n",
        [["1", "2"], ["3", "4"], ["5", "6"]],
        [(4, 5, None, "extra_cell"), (5, 6, None, "extra_cell")],
        options=_COMMA,
    ),
]

FILE_FAULTS = [
    ("nothing", b"", ProcessingOptions(), "empty_file"),
    ("only a mark", _BOM, ProcessingOptions(), "empty_file"),
    ("only blank lines", b"\n\r\n", ProcessingOptions(), "empty_file"),
    ("only blanks", b"  \n\t \r\n", ProcessingOptions(), "empty_file"),
    ("a mark and blanks", _BOM + b" \n", ProcessingOptions(), "empty_file"),
    ("a mark of UTF-16 and blanks", "\ufeff \r\n\t".encode("utf-16-le"), _COMMA, "empty_file"),
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
