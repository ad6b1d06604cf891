"""Lines of NDJSON that are broken, or not what the schema asks."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from tests.adapters.tabular.corpus.bad_input import BadInput, Place
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
        name=name, content=content, errors=errors, repairs=repairs or {}, file_type=FileType.NDJSON, **{"options": _ANY, **expected},
    )  # fmt: skip


def _line(name: str, bad: bytes, code: str = "json_syntax", **members: Any) -> BadInput:
    """The bad line between two good ones."""
    content = b'{"a":1}\n' + bad + b'\n{"a":3}\n'
    return _bad(name, content, [(2, 2, None, code)], {2: members or {"a": 2}}, accepted=2)


LINES = [
    _line("a line without a value", b'{"a":}'),
    _line("a line with a string never closed", b'{"a":"x}'),
    _line("a line with a brace never closed", b'{"a":[{'),
    _line("a line with a bracket that closes nothing", b'{"a":2]}'),
    _line("a comma behind a line", b'{"a":2},'),
    _line("two records on one line", b'{"a":2}{"a":2}'),
    _line("two records on one line with a comma", b'{"a":2},{"a":2}'),
    _line("a line of words", b"Traceback (most recent call last):"),
    _line("a comment on a line", b"# the second"),
    _line("not a number on a line", b'{"a":NaN}'),
    _line("single quotes on a line", b"{'a':2}"),
    _line("a byte order mark in the middle", b'\xef\xbb\xbf{"a":2}'),
    _line("a number on a line", b"2", "not_an_object"),
    _line("null on a line", b"null", "not_an_object"),
    _line("an array on a line", b'[{"a":2}]', "not_an_object"),
    _line("a member twice on a line", b'{"a":2,"a":2}', "duplicate_key"),
    _line("a line nested too deep", b'{"a":' + b"[" * 64 + b"]" * 64 + b"}", "too_deep"),
    _line("a line too long", b'{"a":"' + b"x" * 300 + b'"}', "record_too_long"),
    _line("a line with a bad byte", b'{"a":"\xff"}', "encoding_error", a="ÿ"),
    _line("a line with half of a surrogate pair", b'{"a":"\\ud800"}', "encoding_error"),
    _line("a line with a NUL", b'{"a":"\0"}', "nul_byte"),
    _line("a line with an escaped NUL", b'{"a":"\\u0000"}', "nul_byte"),
    _bad("an object printed over lines", b'{\n"a":1}\n{"a":3}\n', [(1, 1, None, "json_syntax"), (2, 2, None, "json_syntax")], {1: {"a": 1}, 2: {"a": 2}}, accepted=1),
    _bad("a line end in a string between lines", b'{"a":"x\ny"}\n{"a":3}\n', [(1, 1, None, "json_syntax"), (2, 2, None, "json_syntax")], {1: {"a": "x"}, 2: {"a": "y"}}, accepted=1),
    _bad("the end of the file in a line", b'{"a":1}\n{"a":"x', [(2, 2, None, "json_syntax")], {2: {"a": "x"}}, accepted=1),
    _bad("a broken line behind blank ones", b'\r\n\n{"a":1}\r\r{"a":}\n', [(5, 5, None, "json_syntax")], {5: {"a": 2}}, accepted=1, skipped=3),
    _bad("a JSON array that is called NDJSON", b'[\n{"a":1},\n{"a":2}\n]\n', [(1, 1, None, "json_syntax"), (2, 2, None, "json_syntax"), (4, 4, None, "json_syntax")], {1: {"a": 0}, 2: {"a": 1}, 4: {"a": 4}}, accepted=1),
    _bad("no line that is good", b'{"a":\n', [(1, 1, None, "json_syntax")], {1: {"a": 1}}, file_error="no_valid_rows"),
]  # fmt: skip

_ORDER = schema_of(
    {"name": "id", "type": "integer"},
    {"name": "sku", "type": "string", "constraints": {"required": True, "maxLength": 4}},
    primaryKey="id",
)


def _order(name: str, bad: bytes, column: str | None, code: str) -> BadInput:
    """An order that is not as the schema has it, on the second of two lines."""
    content = b'{"id":1,"sku":"AB-1"}\n' + bad + b"\n"
    repaired = {2: {"id": 2, "sku": "AB-2"}}
    return _bad(name, content, [(2, 2, column, code)], repaired, accepted=1, schema=_ORDER)


MEMBERS = [
    _order("a string for an integer on a line", b'{"id":"2","sku":"AB-2"}', "id", "type_error"),
    _order("a number for a string on a line", b'{"id":2,"sku":2}', "sku", "type_error"),
    _order("a member that is missing on a line", b'{"id":2}', "sku", "required"),
    _order("a member too long on a line", b'{"id":2,"sku":"AB-12"}', "sku", "max_length"),
    _order("a key of the line before", b'{"id":1,"sku":"AB-2"}', "id", "primary_key"),
    _order("a member without a field on a line", b'{"id":2,"sku":"AB-2","x":1}', None, "extra_cell"),
]  # fmt: skip

FILES = [
    _bad("no line", b"", [], file_error="empty_file"),
    _bad("blank lines alone", b"\n\r \t\n", [], file_error="empty_file"),
]

NDJSON_RECORDS = [*LINES, *MEMBERS, *FILES]
