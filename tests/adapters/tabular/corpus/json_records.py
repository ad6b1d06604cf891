"""Elements of JSON arrays, and objects alone, that are broken, or not what the schema asks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from tests.adapters.tabular.corpus.bad_input import SMALL, BadInput, Place
from tests.adapters.tabular.mill import schema_of

_ANY = ProcessingOptions()


def _bad(
    name: str,
    content: bytes,
    errors: Sequence[Place],
    repairs: Mapping[int, Any] | None = None,
    **expected: Any,
) -> BadInput:
    return BadInput(
        name=name, content=content, errors=errors, repairs=repairs or {}, file_type=FileType.JSON, **{"options": _ANY, **expected},
    )  # fmt: skip


def _element(name: str, bad: bytes, code: str = "json_syntax", **members: Any) -> BadInput:
    """The bad element on a line of its own, between two good ones."""
    content = b'[\n{"a":1},\n' + bad + b',\n{"a":3}\n]'
    return _bad(name, content, [(2, 3, None, code)], {2: members or {"a": 2}}, accepted=2)


def _nested(levels: int) -> bytes:
    return b'{"a":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


SYNTAX = [
    _element("a member without a value", b'{"a":}'),
    _element("a value without a name", b"{:2}"),
    _element("a name without quotes", b"{a:2}"),
    _element("single quotes", b"{'a':2}"),
    _element("a member without a colon", b'{"a" 2}'),
    _element("two members without a comma", b'{"a":2 "b":3}'),
    _element("two commas in an object", b'{"a":2,,"b":3}'),
    _element("a comma before the closing brace", b'{"a":2,}'),
    _element("a comma after the opening brace", b'{,"a":2}'),
    _element("a word cut short", b'{"a":nul}'),
    _element("a word in capitals", b'{"a":True}'),
    _element("undefined", b'{"a":undefined}'),
    _element("a leading zero", b'{"a":02}'),
    _element("a plus sign", b'{"a":+2}'),
    _element("a decimal point without digits", b'{"a":2.}'),
    _element("a decimal point first", b'{"a":.2}'),
    _element("an exponent without digits in JSON", b'{"a":2e}'),
    _element("hexadecimal", b'{"a":0x2}'),
    _element("not a number in JSON", b'{"a":NaN}'),
    _element("minus infinity in JSON", b'{"a":-Infinity}'),
    _element("a comment", b'{"a":2/*two*/}'),
    _element("a line end in a string", b'{"a":"x\ny"}'),
    _element("a tab in a string", b'{"a":"x\ty"}'),
    _element("an escape that is none", b'{"a":"\\x41"}'),
    _element("an escape of three digits", b'{"a":"\\u004"}'),
    _element("a brace too many", b'{"a":2}}'),
    _element("a bracket for a brace", b'{"a":2]'),
    _element("a bracket too few", b'{"a":[2}'),
    _element("a string never closed", b'{"a":"x}'),
    _element("a name never closed", b'{"a:2}'),
    _element("a brace too few", b'{"a":2'),
    _element("junk between two elements", b'{"a":2} junk'),
    _element("an expression", b'{"a":1+1}'),
]  # fmt: skip

ARRAYS = [
    _bad("two elements without a comma", b'[{"a":1} {"a":2},{"a":3}]', [(2, 1, None, "json_syntax")], {2: {"a": 2}}, accepted=2),
    _bad("two commas between elements", b'[{"a":1},,{"a":3}]', [(2, 1, None, "json_syntax")], accepted=2),
    _bad("a comma before the first element", b'[,{"a":3}]', [(1, 1, None, "json_syntax")], accepted=1),
    _bad("a comma behind the last element", b'[{"a":1},]', [(2, 1, None, "json_syntax")], accepted=1),
    _bad("an array never closed", b'[{"a":1},\n{"a":2}\n', [(3, 3, None, "json_syntax")], accepted=2),
    _bad("the end after a comma", b'[{"a":1},', [(2, 1, None, "json_syntax")], accepted=1),
    _bad("the end in an object", b'[{"a":1},\n{"a":', [(2, 2, None, "json_syntax")], {2: {"a": 2}}, accepted=1),
    _bad("the end in a string", b'[{"a":1},\n{"a":"x', [(2, 2, None, "json_syntax")], {2: {"a": "x"}}, accepted=1),
    _bad("the end in a word", b'[{"a":1},\n{"a":fal', [(2, 2, None, "json_syntax")], {2: {"a": False}}, accepted=1),
    _bad("the end in objects within objects", b'[{"a":1},{"a":[{"a":5},{"a":6},{"a"', [(2, 1, None, "json_syntax")], {2: {"a": []}}, accepted=1),
    _bad("a text behind the array", b'[{"a":1}]\nEOF', [(2, 2, None, "json_syntax")], accepted=1),
    _bad("an object with a brace too few and nothing else", b'{"a":1, {"b":2}}', [(1, 1, None, "json_syntax")], {1: {"a": 1}}, file_error="no_valid_rows"),
    _bad("a broken element that holds objects like its neighbours", b'[{"a":[{"a":7},{"a":8},x]},{"a":3}]', [(1, 1, None, "json_syntax")], {1: {"a": []}}, accepted=1),
    _bad("a string turned inside out", b'[{"a":1,"b":"x,"c":"y"},{"a":2,"b":"x"},{"a":3}]', [(1, 1, None, "json_syntax")], {1: {"a": 1}}, accepted=2),
    _bad("two broken elements after CRLF", b'[\r\n{"a":},\r\n{"a":2},\r\n{"a":x}\r\n]', [(1, 2, None, "json_syntax"), (3, 4, None, "json_syntax")], {1: {"a": 1}, 3: {"a": 3}}, accepted=1),
]  # fmt: skip

NO_ROWS = [
    _element("a number for an object", b"7", "not_an_object"),
    _element("a string for an object", b'"x"', "not_an_object"),
    _element("null for an object", b"null", "not_an_object"),
    _element("an array for an object", b'[{"a":2}]', "not_an_object"),
    _element("a member twice", b'{"a":2,"a":2}', "duplicate_key"),
    _element("a member twice inside", b'{"a":{"b":1,"b":2}}', "duplicate_key"),
    _element("a member twice, once by an escape", b'{"a":2,"\\u0061":2}', "duplicate_key"),
    _element("nested one level too deep", _nested(65), "too_deep"),
    _element("nested far too deep", _nested(90), "too_deep"),
    _element("an element too long", b'{"a":"' + b"x" * 300 + b'"}', "record_too_long"),
    _element("an element too long with objects in it", b'{"a":[' + b'{"a":9},' * 50 + b"{}]}", "record_too_long"),
    _bad("more values in an element than a record may have", b'[{"a":1},\n{"a":[' + b"[],{}," * 15 + b'0]}]', [(2, 2, None, "record_too_long")], {2: {"a": 2}}, accepted=1, limits=replace(SMALL, record_values=10)),
    _element("a bad byte in a string", b'{"a":"\xff"}', "encoding_error", a="ÿ"),
    _element("half of a surrogate pair", b'{"a":"\\ud83e"}', "encoding_error", a="🦆"),
    _element("the second half of a pair first", b'{"a":"\\udd86\\ud83e"}', "encoding_error", a="🦆"),
    _element("half of a pair in a name", b'{"\\udfff":1}', "encoding_error"),
    _element("half of a pair deep inside", b'{"a":[{"b":"\\uDC00"}]}', "encoding_error"),
    _element("a NUL in a string", b'{"a":"\0"}', "nul_byte"),
    _element("an escaped NUL", b'{"a":"\\u0000"}', "nul_byte"),
]  # fmt: skip

_ORDER = schema_of(
    {"name": "id", "type": "integer", "constraints": {"minimum": 1}},
    {"name": "price", "type": "number"},
    {"name": "paid", "type": "boolean"},
    {"name": "day", "type": "date"},
    {"name": "sku", "type": "string", "constraints": {"required": True, "minLength": 1, "maxLength": 5, "enum": ["", "AB-1", "AB-12"]}},
    primaryKey="id",
)  # fmt: skip


def _member(name: str, member: str, text: bytes, code: str, *, column: str | None = "") -> BadInput:
    """An order in whose second record that member is written so."""
    good = {"id": 2, "price": 1.5, "paid": True, "day": "2024-12-31", "sku": "AB-1"}
    spelt = {"id": b"2", "price": b"1.5", "paid": b"true", "day": b'"2024-12-31"', "sku": b'"AB-1"'}
    first = b'{"id":1,"sku":"AB-1"}'
    bad = b",".join(
        b'"%s":%s' % (key.encode(), value) for key, value in (spelt | {member: text}).items()
    )
    return _bad(
        name, b"[" + first + b",\n{" + bad + b"}]", [(2, 2, member if column == "" else column, code)], {2: good},
        accepted=1, schema=_ORDER, limits=replace(SMALL, record_bytes=400),
    )  # fmt: skip


MEMBERS = [
    _member("a string for an integer", "id", b'"2"', "type_error"),
    _member("a boolean for an integer", "id", b"true", "type_error"),
    _member("a fraction for an integer", "id", b"2.5", "type_error"),
    _member("an array for an integer", "id", b"[2]", "type_error"),
    _member("an empty string for an integer", "id", b'""', "type_error"),
    _member("an integer beyond 64 bits", "id", b"9223372036854775808", "type_error"),
    _member("an integer beyond the lower bound", "id", b"0", "minimum"),
    _member("null for a part of the key", "id", b"null", "required"),
    _member("the key of the record before", "id", b"1", "primary_key"),
    _member("the key of the record before, with a fraction of nothing", "id", b"1.0", "primary_key"),
    _member("a string for a number", "price", b'"1.5"', "type_error"),
    _member("a number beyond every float in JSON", "price", b"1e400", "type_error"),
    _member("a string for a boolean", "paid", b'"true"', "type_error"),
    _member("one for a boolean", "paid", b"1", "type_error"),
    _member("a number for a date", "day", b"20241231", "type_error"),
    _member("a date that does not exist in JSON", "day", b'"2023-02-29"', "type_error"),
    _member("a number for a string", "sku", b"12", "type_error"),
    _member("an object for a string", "sku", b"{}", "type_error"),
    _member("null where a value is required", "sku", b"null", "required"),
    _member("an empty string that is too short", "sku", b'""', "min_length"),
    _member("none of the allowed in JSON", "sku", b'"AB-3"', "enum"),
    _member("a member that no field has", "colour", b'"red"', "extra_cell", column=None),
]  # fmt: skip


def _file(name: str, content: bytes, code: str, **expected: Any) -> BadInput:
    return _bad(name, content, [], file_error=code, **expected)


FILES = [
    _file("nothing in JSON", b"", "empty_file"),
    _file("blanks alone in JSON", b" \n\t", "empty_file"),
    _file("a mark and blanks in JSON", b"\xef\xbb\xbf \r\n", "empty_file"),
    _file("a string alone", b'"x"', "not_this_type"),
    _file("a number alone", b"17", "not_this_type"),
    _file("CSV that is called JSON", b"a,b\n1,2\n", "not_this_type"),
    _file("a page that is called JSON", b"<!doctype html>\n", "not_this_type"),
    _file("more members than any file may have columns", b"[{" + b",".join(b'"m%d":1' % n for n in range(21)) + b"}]", "too_many_columns"),
    _bad("a bracket alone", b"[", [(1, 1, None, "json_syntax")], file_error="no_valid_rows"),
    _bad("a brace alone", b"{", [(1, 1, None, "json_syntax")], {1: {"a": 1}}, file_error="no_valid_rows"),
    _bad("brackets without an end", b"[" * 5000, [(1, 1, None, "record_too_long")], file_error="no_valid_rows"),
    _bad("latin-1 that nobody declared", b'[{"a":"\xe9"},{"a":2}]', [(1, 1, None, "encoding_error")], {1: {"a": "é"}}, accepted=1),
]  # fmt: skip

JSON_RECORDS = [*SYNTAX, *ARRAYS, *NO_ROWS, *MEMBERS, *FILES]
