"""CSV files that are bad as a whole: nothing in them, no header, the wrong columns, too much."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.processing_options import MaxErrors, OnError, ProcessingOptions
from tests.adapters.tabular.corpus.bad_input import COMMA, SMALL, BadInput
from tests.adapters.tabular.mill import schema_of

_MARK = b"\xef\xbb\xbf"
_ANY = ProcessingOptions()
_BARE = ProcessingOptions(header=False)
_FOUR = ("_row", "_line", "_errors", "_raw")


def _file(
    name: str, content: bytes, code: str, options: ProcessingOptions = COMMA, **expected: Any
) -> BadInput:
    return BadInput(name=name, content=content, file_error=code, options=options, **expected)


NOTHING_IN_IT = [
    _file("nothing", b"", "empty_file"),
    _file("nothing, and no header either", b"", "empty_file", _BARE),
    _file("a byte order mark alone", _MARK, "empty_file", _ANY),
    _file("line ends alone", b"\n\r\n\r", "empty_file"),
    _file("blanks alone", b"  \n\t \r\n", "empty_file", _ANY),
    _file("a mark of UTF-16 and blanks", "\ufeff \r\n\t".encode("utf-16-le"), "empty_file"),
    _file("a line that names the delimiter alone", b"sep=;\n", "empty_file", _ANY),
    _file("the columns of rejected rows alone", b"_row,_line,_errors,_raw\n1,2,x,y\n", "empty_file"),
]  # fmt: skip

NO_HEADER = [
    _file("a header with a stray quote", b'a,b"\n1,2\n', "no_header"),
    _file("a header with a quote never closed", b'a,"b\n1,2\n', "no_header"),
    _file("a header with a bad byte", b"a,\xff\n1,2\n", "no_header", ProcessingOptions(delimiter=",", encoding="utf-8")),
    _file("a header with a NUL", b"a,\0\n1,2\n", "no_header"),
    _file("a header of delimiters alone", b";;\n1;2;3\n", "no_header", _ANY),
    _file("a column name too long", b"a," + b"x" * 41 + b"\n1,2\n", "no_header"),
    _file("a header too long", b"x" * 201 + b"\n1,2\n", "no_header"),
    _file("one column more than allowed", b"x," * 20 + b"x\n", "too_many_columns"),
]  # fmt: skip

TOO_MUCH_TO_WRITE = [
    _file("errors of fifty times the rows", b"a,b\n" + b"1\n" * 100, "results_too_large", limits=replace(SMALL, result_bytes=10_000)),
    _file("rows of more than may be written", b"a,b\n" + b"1,2\n" * 100, "results_too_large", limits=replace(SMALL, result_bytes=400, result_ratio=0)),
]  # fmt: skip

UNKNOWN_ENCODINGS = [
    _file("no such encoding", b"a,b\n1,2\n", "encoding_unknown", ProcessingOptions(encoding="klingon")),
    _file("a codec that makes no text", b"a,b\n", "encoding_unknown", ProcessingOptions(encoding="base64")),
    _file("a codec in which ASCII is something else", b"a,b\n", "encoding_unknown", ProcessingOptions(encoding="utf-7")),
]  # fmt: skip


def _header(
    name: str,
    header: bytes,
    faults: Sequence[tuple[int | None, str]],
    *,
    code: str | None = None,
    row: bytes = b"1,2",
    **keywords: Any,
) -> BadInput:
    """That header before one row, for a schema of `a` and `b`; a code when it is fatal."""
    options = keywords.pop("options", COMMA)
    schema = schema_of({"name": "a"}, {"name": "b"}, **keywords)
    return BadInput(
        name=name, content=header + b"\n" + row + b"\n", header=faults, file_error=code, schema=schema, options=options,
        accepted=1 if code is None else 0,
    )  # fmt: skip


HEADERS = [
    _header("a field that is missing", b"a", [(None, "field_missing")], code="field_missing", row=b"1"),
    _header("all fields missing", b"c,d", [(None, "field_missing"), (None, "field_missing"), (1, "field_unknown"), (2, "field_unknown")], code="field_missing"),
    _header("a field in capitals", b"A,b", [(None, "field_missing"), (1, "field_unknown")], code="field_missing"),
    _header("a field with a blank before it", b"a, b", [(None, "field_missing"), (2, "field_unknown")], code="field_missing"),
    _header("another delimiter in the header", b"a;b", [(None, "field_missing"), (None, "field_missing"), (1, "field_unknown")], code="field_missing"),
    _header("the data without a header", b"1,2", [(None, "field_missing"), (None, "field_missing"), (1, "field_unknown"), (2, "field_unknown")], code="field_missing"),
    _header("fields in another order", b"b,a", [(1, "field_missing"), (2, "field_missing")], code="field_missing"),
    _header("a column nobody knows", b"a,b,c", [(3, "field_unknown")], code="field_unknown", row=b"1,2,3"),
    _header("a column nobody knows, in any order", b"c,b,a", [(1, "field_unknown")], code="field_unknown", row=b"1,2,3", fieldsMatch="equal"),
    _header("a field missing from what must hold all", b"a,c", [(None, "field_missing")], code="field_missing", fieldsMatch="subset"),
    _header("a column too many in what may hold less", b"a,c", [(2, "field_unknown")], code="field_unknown", fieldsMatch="superset"),
    _header("no field at all where some would do", b"c,d", [(None, "field_missing"), (None, "field_missing")], code="field_missing", fieldsMatch="partial"),
    _header("a key that is missing", b"a,c", [(None, "field_missing")], code="field_missing", fieldsMatch="partial", primaryKey="b"),
    _header("a field twice", b"a,b,a", [(3, "header_duplicate")], code="header_duplicate", row=b"1,2,3"),
    _header("a column without a name among the fields", b"a,,b", [(2, "header_blank")], code="header_blank", row=b"1,2,3"),
    _header("columns without a name at the end", b"a,b,,", [(3, "header_blank"), (4, "header_blank")], row=b"1,2,,"),
    _header("a column twice that is none of the fields", b"a,b,c,c", [(4, "header_duplicate")], row=b"1,2,3,4", fieldsMatch="subset"),
    BadInput(name="a name twice without a schema", content=b"a,a\n1,2\n", header=[(2, "header_duplicate")], accepted=1),
    BadInput(name="a column without a name and without a schema", content=b"a,,b\n1,2,3\n", header=[(2, "header_blank")], accepted=1),
    *(
        BadInput(
            name=f"rejected rows that lost their column {lost}",
            content=",".join([name for name in _FOUR if name != lost] + ["a"]).encode() + b"\n1,2,3,4\n",
            file_error="field_missing",
        )
        for lost in _FOUR
    ),
]  # fmt: skip


def _policy(name: str, code: str, *, good: int, bad: int, **options: Any) -> BadInput:
    return BadInput(
        name=name,
        content=b"a,b\n" + b"1\n" * bad + b"1,2\n" * good,
        errors=[(row, row + 1, "b", "missing_cell") for row in range(1, bad + 1)],
        accepted=good,
        file_error=code,
        options=ProcessingOptions(delimiter=",", **options),
        repairs={row: ["1", "2"] for row in range(1, bad + 1)},
    )


POLICIES = [
    _policy("no good row", "no_valid_rows", good=0, bad=2),
    _policy("one bad row where none may be", "rows_rejected", good=9, bad=1, on_error=OnError.REJECT_FILE),
    _policy("one bad row more than a count allows", "too_many_errors", good=7, bad=3, max_errors=MaxErrors(count=2)),
    _policy("one bad row more than a share allows", "too_many_errors", good=7, bad=3, max_errors=MaxErrors(percent=29.9)),
]  # fmt: skip

CSV_FILES = [
    *NOTHING_IN_IT,
    *NO_HEADER,
    *TOO_MUCH_TO_WRITE,
    *UNKNOWN_ENCODINGS,
    *HEADERS,
    *POLICIES,
]
