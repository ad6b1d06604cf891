"""CSV records that cannot be cut, decoded or counted as they should be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from domain.processing_options import ProcessingOptions
from tests.adapters.tabular.corpus.bad_input import SMALL, BadInput, Place

_NO_HEADER = ProcessingOptions(delimiter=",", header=False)


def _declared(encoding: str) -> ProcessingOptions:
    return ProcessingOptions(encoding=encoding, delimiter=",")


def _bad(
    name: str,
    content: bytes,
    errors: Sequence[Place],
    repairs: Mapping[int, Sequence[str]] | None = None,
    **expected: Any,
) -> BadInput:
    return BadInput(name=name, content=content, errors=errors, repairs=repairs or {}, **expected)


_ONE_TWO = {1: ["1", "2"]}

TOO_FEW_OR_TOO_MANY = [
    _bad("one cell too few", b"a,b\n1\n3,4\n", [(1, 2, "b", "missing_cell")], _ONE_TWO, accepted=1),
    _bad("two cells too few", b"a,b,c\n1\n3,4,5\n", [(1, 2, "b", "missing_cell")], {1: ["1", "2", "3"]}, accepted=1),
    _bad("too few in the last row", b"a,b\n3,4\n1", [(2, 3, "b", "missing_cell")], {2: ["1", "2"]}, accepted=1),
    _bad("too few in row after row", b"a,b\n1\n2\n3,4\n", [(1, 2, "b", "missing_cell"), (2, 3, "b", "missing_cell")], {1: ["1", "x"], 2: ["2", "y"]}, accepted=1),
    _bad("too few after CRLF", b"a,b\r\n3,4\r\n1\r\n", [(2, 3, "b", "missing_cell")], {2: ["1", "2"]}, accepted=1),
    _bad("too few after CR", b"a,b\r3,4\r1\r", [(2, 3, "b", "missing_cell")], {2: ["1", "2"]}, accepted=1),
    _bad("too few behind a cell over lines", b'a,b\n"3\n\n3",4\n1\n', [(2, 5, "b", "missing_cell")], {2: ["1", "2"]}, accepted=1),
    _bad("too few behind blank lines", b"a,b\n\n\n1\n3,4\n", [(3, 4, "b", "missing_cell")], {3: ["1", "2"]}, skipped=2, accepted=1),
    _bad("a line of blanks", b"a,b\n  \n3,4\n", [(1, 2, "b", "missing_cell")], _ONE_TWO, accepted=1),
    _bad("one cell too many", b"a,b\n1,2,3\n3,4\n", [(1, 2, None, "extra_cell")], _ONE_TWO, accepted=1),
    _bad("a delimiter at the end", b"a,b\n1,2,\n3,4\n", [(1, 2, None, "extra_cell")], _ONE_TWO, accepted=1),
    _bad("a decimal comma unquoted", b"a,b\n1,2,5\n3,4\n", [(1, 2, None, "extra_cell")], {1: ["1", "2,5"]}, accepted=1),
    _bad("more cells than any file may have columns", b"a,b\n" + b"," * 30 + b"\n3,4\n", [(1, 2, None, "extra_cell")], _ONE_TWO, accepted=1),
    _bad("a value below a nameless column", b"a,b,\n1,2,x\n3,4,\n", [(1, 2, None, "extra_cell")], _ONE_TWO, accepted=1, header=[(3, "header_blank")]),
    _bad("the header once more among the rows of one column", b"a\n1\na,b\n2\n", [(2, 3, None, "extra_cell")], {2: ["3"]}, accepted=2),
    _bad("too few without a header", b"1,2\n3\n", [(2, 2, "c2", "missing_cell")], {2: ["3", "4"]}, accepted=1, options=_NO_HEADER),
    _bad("too many without a header", b"1,2\n3,4,5\n", [(2, 2, None, "extra_cell")], {2: ["3", "4"]}, accepted=1, options=_NO_HEADER),
    _bad("another delimiter in one row", b"a,b\n1;2\n3,4\n", [(1, 2, "b", "missing_cell")], _ONE_TWO, accepted=1),
]  # fmt: skip

QUOTES = [
    _bad("a quote inside a cell", b'a,b\n1"x,2\n3,4\n', [(1, 2, None, "stray_quote")], {1: ['1"x', "2"]}, accepted=1),
    _bad("inches", b'a,b\nscreen 17",2\n3,4\n', [(1, 2, None, "stray_quote")], {1: ['screen 17"', "2"]}, accepted=1),
    _bad("text behind a closing quote", b'a,b\n"1"x,2\n3,4\n', [(1, 2, None, "stray_quote")], {1: ["1x", "2"]}, accepted=1),
    _bad("a blank before a quote", b'a,b\n1, "2"\n3,4\n', [(1, 2, None, "stray_quote")], _ONE_TWO, accepted=1),
    _bad("a blank behind a quote", b'a,b\n"1" ,2\n3,4\n', [(1, 2, None, "stray_quote")], _ONE_TWO, accepted=1),
    _bad("quotes escaped by a backslash", b'a,b\n"say \\"hi\\"",2\n3,4\n', [(1, 2, None, "stray_quote")], {1: ['say "hi"', "2"]}, accepted=1),
    _bad("quotes not doubled", b'a,b\n"say "hi"",2\n3,4\n', [(1, 2, None, "stray_quote")], {1: ['say "hi"', "2"]}, accepted=1),
    _bad("a stray quote in the first record without a header", b'1,2"\n3,4\n', [(1, 1, None, "stray_quote")], _ONE_TWO, accepted=1, options=_NO_HEADER),
    _bad("a stray quote in a row too short", b'a,b\n1"x\n3,4\n', [(1, 2, None, "stray_quote")], {1: ["1", "x"]}, accepted=1),
    _bad("a quote never closed in the last row", b'a,b\n3,4\n1,"2\n', [(2, 3, None, "unclosed_quote")], {2: ["1", "2"]}, accepted=1),
    _bad("a quote never closed in the first row", b'a,b\n1,"2\n3,4\n5,6\n', [(1, 2, None, "unclosed_quote")], _ONE_TWO, accepted=2),
    _bad("a quote never closed before quoted rows", b'a,b\n1,"2\n"3","4"\n5,6\n', [(1, 2, None, "unclosed_quote")], _ONE_TWO, accepted=2),
    _bad("a quote never closed before a cell over lines", b'a,b\n1,"2\n3,"4\n4"\n5,6\n', [(1, 2, None, "unclosed_quote")], _ONE_TWO, accepted=2),
    _bad("two quotes never closed", b'a,b\n1,"2\n3,4\n5,"6x\n7,8\n', [(1, 2, None, "unclosed_quote"), (3, 4, None, "unclosed_quote")], {1: ["1", "2"], 3: ["5", "6x"]}, accepted=2),
    _bad("a lone quote", b'a,b\n"\n3,4\n', [(1, 2, None, "unclosed_quote")], _ONE_TWO, accepted=1),
    _bad("three quotes", b'a,b\n""",2\n3,4\n', [(1, 2, None, "unclosed_quote")], {1: ['"', "2"]}, accepted=1),
    _bad("a quote open for longer than a record may be", b'a,b\n"1\n' + b"x,y\n" * 60, [(1, 2, None, "unclosed_quote")], _ONE_TWO, accepted=60),
    _bad("a quote never closed at the very end", b'a,b\n3,4\n1,"', [(2, 3, None, "unclosed_quote")], {2: ["1", ""]}, accepted=1),
    _bad("a quote never closed after CRLF", b'a,b\r\n1,"2\r\n3,4\r\n', [(1, 2, None, "unclosed_quote")], _ONE_TWO, accepted=1),
]  # fmt: skip

BYTES = [
    _bad("a byte that is never UTF-8", b"a,b\n1,\xff\n3,4\n", [(1, 2, None, "encoding_error")], _ONE_TWO, accepted=1),
    _bad("a character cut by a delimiter", b"a,b\n\xe2\x82,2\n3,4\n", [(1, 2, None, "encoding_error")], {1: ["€", "2"]}, accepted=1),
    _bad("a character cut by the end of the file", b"a,b\n3,4\n1,\xc3", [(2, 3, None, "encoding_error")], {2: ["1", "é"]}, accepted=1),
    _bad("half of a surrogate pair in UTF-8", b"a,b\n1,\xed\xa0\x80\n3,4\n", [(1, 2, None, "encoding_error")], _ONE_TWO, accepted=1),
    _bad("an overlong slash", b"a,b\n1,\xc0\xaf\n3,4\n", [(1, 2, None, "encoding_error")], {1: ["1", "/"]}, accepted=1),
    _bad("a character beyond Unicode", b"a,b\n1,\xf4\x90\x80\x80\n3,4\n", [(1, 2, None, "encoding_error")], _ONE_TWO, accepted=1),
    _bad("a bad byte in a quoted cell over lines", b'a,b\n1,"\xff\n"\n3,4\n', [(1, 2, None, "encoding_error")], _ONE_TWO, accepted=1),
    _bad("a bad byte and a stray quote", b'a,b\n1,\xff"\n3,4\n', [(1, 2, None, "stray_quote"), (1, 2, None, "encoding_error")], _ONE_TWO, accepted=1),
    _bad("a bad byte in a row too short", b"a,b\n\xff\n3,4\n", [(1, 2, None, "encoding_error")], _ONE_TWO, accepted=1),
    _bad("cp1252 in a file declared to be UTF-8", b"a,b\n1,caf\xe9\n3,4\n", [(1, 2, None, "encoding_error")], {1: ["1", "café"]}, accepted=1, options=_declared("utf-8")),
    _bad("UTF-8 in a file declared to be ASCII", "a,b\n1,é\n3,4\n".encode(), [(1, 2, None, "encoding_error")], {1: ["1", "e"]}, accepted=1, options=_declared("ascii")),
    _bad("a byte that cp1252 does not have", b"a,b\n1,\x81\n3,4\n", [(1, 2, None, "encoding_error")], _ONE_TWO, accepted=1, options=_declared("cp1252")),
    _bad("half of a surrogate pair in UTF-16", b"\xff\xfe" + "a,b\n1,".encode("utf-16-le") + b"\x00\xd8" + "\n3,4\n".encode("utf-16-le"), [(1, 2, None, "encoding_error")], _ONE_TWO, accepted=1),
    _bad("half of a character at the end of UTF-16", "\ufeffa,b\n3,4\n1,2".encode("utf-16-le")[:-1], [(2, 3, None, "encoding_error")], {2: ["1", "2"]}, accepted=1),
    _bad("a NUL", b"a,b\n1,\0\n3,4\n", [(1, 2, None, "nul_byte")], _ONE_TWO, accepted=1),
    _bad("a NUL in quotes", b'a,b\n1,"x\0y"\n3,4\n', [(1, 2, None, "nul_byte")], {1: ["1", "xy"]}, accepted=1),
    _bad("a NUL and a bad byte", b"a,b\n\0,\xff\n3,4\n", [(1, 2, None, "nul_byte"), (1, 2, None, "encoding_error")], _ONE_TWO, accepted=1),
    _bad("a tail of NULs, as a crash leaves it", b"a,b\n3,4\n" + b"\0" * 40, [(2, 3, None, "nul_byte")], {2: ["1", "2"]}, accepted=1),
]  # fmt: skip

SIZES = [
    _bad("a cell too long", b"a,b\n1," + b"x" * 51 + b"\n3,4\n", [(1, 2, "b", "cell_too_long")], _ONE_TWO, accepted=1),
    _bad("a cell too long in bytes alone", b"a,b\n1," + "é".encode() * 26 + b"\n3,4\n", [(1, 2, "b", "cell_too_long")], _ONE_TWO, accepted=1),
    _bad("two cells too long", b"a,b\n" + b"x" * 51 + b"," + b"y" * 60 + b"\n3,4\n", [(1, 2, "a", "cell_too_long"), (1, 2, "b", "cell_too_long")], _ONE_TWO, accepted=1),
    _bad("a quoted cell too long over lines", b'a,b\n1,"' + b"x\n" * 30 + b'"\n3\n5,6\n', [(1, 2, "b", "cell_too_long"), (2, 33, "b", "missing_cell")], {1: ["1", "2"], 2: ["3", "4"]}, accepted=1),
    _bad("a record too long", b"a,b\n" + b"x" * 201 + b"\n3,4\n", [(1, 2, None, "record_too_long")], _ONE_TWO, accepted=1),
    _bad("a record too long of many cells", b"a,b\n" + b"x," * 150 + b"\n3,4\n", [(1, 2, None, "record_too_long")], _ONE_TWO, accepted=1),
    _bad("a record too long at the end", b"a,b\n3,4\n" + b"x" * 1000, [(2, 3, None, "record_too_long")], {2: ["1", "2"]}, accepted=1),
    _bad("a record too long with a bad byte", b"a,b\n" + b"x" * 150 + b"\xff" + b"x" * 150 + b"\n3,4\n", [(1, 2, None, "record_too_long"), (1, 2, None, "encoding_error")], _ONE_TWO, accepted=1),
    _bad("a record too long by one byte", b"a\n" + b"x" * 101 + b"\n3\n", [(1, 2, None, "record_too_long")], {1: ["1"]}, accepted=1, limits=replace(SMALL, record_bytes=100, cell_bytes=100)),
]  # fmt: skip

CSV_RECORDS = [*TOO_FEW_OR_TOO_MANY, *QUOTES, *BYTES, *SIZES]
