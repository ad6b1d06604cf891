"""Nasty JSON files of which some rows may be good, with what must come of each."""

from dataclasses import dataclass, field

from adapters.tabular.limits import Limits
from domain.processing_options import ProcessingOptions

LIMITS = Limits(record_bytes=300, raw_characters=100, columns=20)

Place = tuple[int, int, str | None, str]


@dataclass(frozen=True)
class Case:
    """`rows` are those of clean.csv, whose columns are `columns`."""

    name: str
    content: bytes
    rows: list[list[str]] = field(default_factory=list)
    errors: list[Place] = field(default_factory=list)
    columns: tuple[str, ...] = ("a",)
    options: ProcessingOptions = ProcessingOptions()


_A1, _A2, _A3 = ["1"], ["2"], ["3"]


def _syntax(row: int, line: int = 1) -> Place:
    return (row, line, None, "json_syntax")


def _nested(levels: int) -> bytes:
    return b'{"a":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


CASES = [
    Case("an array of objects", b'[{"a":1},{"a":2}]', [_A1, _A2]),
    Case("blanks everywhere", b' \r\n[ {"a" : 1 } ,\n\t{"a":2}\n ] \n', [_A1, _A2]),
    Case("a UTF-8 mark", b'\xef\xbb\xbf[{"a":1}]', [_A1]),
    Case("UTF-16 by its mark", '\ufeff[{"a":"é🦆"}]'.encode("utf-16-be"), [["é🦆"]]),
    Case(
        "latin-1 declared",
        b'[{"a":"\xe9"}]',
        [["é"]],
        options=ProcessingOptions(encoding="latin-1"),
    ),
    Case("one object is one row", b'{"a":1}', [_A1]),
    Case("one object with blanks around", b' \n{"a":1}\n', [_A1]),
    Case("an empty array", b"[]"),
    Case("an empty array with a blank", b"[ ]"),
    Case(
        "the union of members",
        b'[{"a":1},{"b":2},{"a":3,"c":4}]',
        [["1", "", ""], ["", "2", ""], ["3", "", "4"]],
        columns=("a", "b", "c"),
    ),
    Case("null is missing", b'[{"a":null,"b":1}]', [["", "1"]], columns=("a", "b")),
    Case(
        "words and numbers as written",
        b'[{"a":true,"b":1.50,"c":1E5}]',
        [["true", "1.50", "1E+5"]],
        columns=("a", "b", "c"),
    ),
    Case(
        "exact big integers",
        b'[{"a":123456789012345678901234567890}]',
        [["123456789012345678901234567890"]],
    ),
    Case("an integer of 250 digits is exact", b'[{"a":' + b"9" * 250 + b"}]", [["9" * 250]]),
    Case("nested values are compact JSON", b'[{"a": [1, {"b": "x"}]}]', [['[1,{"b":"x"}]']]),
    Case("brackets in strings", b'[{"a":"]},{["},{"a":"x"}]', [["]},{["], ["x"]]),
    Case("escaped quotes", b'[{"a":"\\"},{\\\\"},{"a":"x"}]', [['"},{\\'], ["x"]]),
    Case("an escaped pair is one character", b'[{"a":"\\ud83e\\udd86"}]', [["🦆"]]),
    Case("an escaped line end", b'[{"a":"x\\ny"}]', [["x\ny"]]),
    Case("a member without a name", b'[{"":1,"a":2}]', [["1", "2"]], columns=("", "a")),
    Case(
        "lines are counted",
        b'[\n{"a":1},\r\n{"a":},\r{"a":3\n},\n\n{"a":x}]',
        [_A1, _A3],
        [_syntax(2, 3), _syntax(4, 7)],
    ),
    # One broken element costs itself alone.
    Case("no value", b'[{"a":1},{"a":},{"a":3}]', [_A1, _A3], [_syntax(2)]),
    Case("no name", b'[{"a":1},{:2},{"a":3}]', [_A1, _A3], [_syntax(2)]),
    Case("a bare word", b'[{"a":1},{"a":nul},{"a":3}]', [_A1, _A3], [_syntax(2)]),
    Case("single quotes", b"[{'a':1},{\"a\":3}]", [_A3], [_syntax(1)]),
    Case("a comma at an object's end", b'[{"a":1,},{"a":3}]', [_A3], [_syntax(1)]),
    Case("a leading zero", b'[{"a":01},{"a":3}]', [_A3], [_syntax(1)]),
    Case("a comment", b'[{"a":1/*x*/},{"a":3}]', [_A3], [_syntax(1)]),
    Case("NaN", b'[{"a":NaN},{"a":3}]', [_A3], [_syntax(1)]),
    Case("minus infinity", b'[{"a":-Infinity},{"a":3}]', [_A3], [_syntax(1)]),
    Case(
        "an exponent beyond every range",
        b'[{"a":1e99999999999999999999},{"a":3}]',
        [_A3],
        [_syntax(1)],
    ),
    Case("a huge exponent is not written out", b'[{"a":1e400}]', [["1E+400"]]),
    Case("a line end in a string", b'[{"a":"x\ny"},{"a":3}]', [_A3], [_syntax(1)]),
    Case("a tab in a string", b'[{"a":"x\ty"},{"a":3}]', [_A3], [_syntax(1)]),
    Case("a broken escape", b'[{"a":"\\x"},{"a":3}]', [_A3], [_syntax(1)]),
    Case("a closing brace too many", b'[{"a":1}},{"a":3}]', [_A3], [_syntax(1)]),
    Case("a closing brace too few", b'[{"a":1,{"a":3}]', [_A3], [_syntax(1)]),
    Case("a closing brace too few, on lines", b'[\n{"a":1,\n{"a":3}\n]', [_A3], [_syntax(1, 2)]),
    Case("a closing bracket too few", b'[{"a":[1},{"a":3}]', [_A3], [_syntax(1)]),
    Case("a closing bracket for a brace", b'[{"a":1],{"a":3}]', [_A3], [_syntax(1)]),
    Case("an open string on one line", b'[{"a":"x},{"a":2},{"a":3}]', [_A2, _A3], [_syntax(1)]),
    Case(
        "an open string on its own line",
        b'[{"a":"x},\n{"a":2},\n{"a":3}]',
        [_A2, _A3],
        [_syntax(1)],
    ),
    Case(
        "an open string in a printed object",
        b'[{\n"a":"x,\n"b":1\n},\n{"a":3}]',
        [_A3],
        [_syntax(1)],
    ),
    Case("an open name", b'[{"a:1},\n{"a":3}]', [_A3], [_syntax(1)]),
    Case("an open string in the last element", b'[{"a":1},\n{"a":"x}\n]', [_A1], [_syntax(2, 2)]),
    Case("a missing colon", b'[{"a" 1},{"a":3}]', [_A3], [_syntax(1)]),
    Case("a missing comma", b'[{"a":1} {"a":2},{"a":3}]', [_A1, _A3], [_syntax(2)]),
    Case("two commas", b'[{"a":1},,{"a":3}]', [_A1, _A3], [_syntax(2)]),
    Case("a comma first", b'[,{"a":3}]', [_A3], [_syntax(1)]),
    Case("a comma last", b'[{"a":1},]', [_A1], [_syntax(2)]),
    Case("junk between elements", b'[{"a":1} junk,{"a":3}]', [_A3], [_syntax(1)]),
    Case(
        "objects in a broken object are no rows",
        b'[{"a":[{"a":7},{"a":8},x]},{"a":3}]',
        [_A3],
        [_syntax(1)],
    ),
    Case(
        "objects in a broken array are no rows",
        b'[{"a":1,"b":["q":1},{"q":2}]},{"a":3}]',
        [_A3],
        [_syntax(1)],
    ),
    Case(
        "objects in an object that lacks a brace inside are no rows",
        b'[{"a":1,"b":[{"q":1,{"q":2}]},{"a":3}]',
        [_A3],
        [_syntax(1)],
    ),
    Case(
        "a string turned inside out hides no neighbours",
        b'[{"a":1,"b":"x,"c":"y"},{"a":2,"b":"x"},{"a":3}]',
        [["2", "x"], ["3", ""]],
        [_syntax(1)],
        columns=("a", "b"),
    ),
    Case(
        "elements that hold their like are not cut apart",
        b'[{"a":[{"a":7},{"a":8}]},{"a":[{"a":7},x,{"a":8},{"a":9}]},{"a":3}]',
        [['[{"a":7},{"a":8}]'], ["3"]],
        [_syntax(2)],
    ),
    Case(
        "a first element that does not even begin well costs itself alone",
        b'[{"a" [{"q":7},{"q":8}]},{"a":3}]',
        [_A3],
        [_syntax(1)],
    ),
    # The end.
    Case("never closed", b'[{"a":1},{"a":2}', [_A1, _A2], [_syntax(3)]),
    Case("cut after a comma", b'[{"a":1},', [_A1], [_syntax(2)]),
    Case("cut in an object", b'[{"a":1},{"a":', [_A1], [_syntax(2)]),
    Case("cut in a name", b'[{"a":1},{"a', [_A1], [_syntax(2)]),
    Case("cut in a string", b'[{"a":1},{"a":"x', [_A1], [_syntax(2)]),
    Case("cut in an escape", b'[{"a":1},{"a":"\\', [_A1], [_syntax(2)]),
    Case("cut in a word", b'[{"a":1},{"a":fal', [_A1], [_syntax(2)]),
    Case(
        "cut in nested objects invents no rows",
        b'[{"a":1},{"a":[{"a":5},{"a":6},{"a"',
        [_A1],
        [_syntax(2)],
    ),
    Case("content after the array", b'[{"a":1}] x', [_A1], [_syntax(2)]),
    Case("an array after the array", b'[{"a":1}]\n[{"a":2}]', [_A1], [_syntax(2, 2)]),
    Case("an object after the object", b'{"a":1}\n{"a":2}\n', [_A1], [_syntax(2, 2)]),
    # Not rows.
    Case(
        "elements that are no objects",
        b'[1,"x",null,[{"a":9}],true,{"a":3}]',
        [_A3],
        [(row, 1, None, "not_an_object") for row in range(1, 6)],
    ),
    Case("a member twice", b'[{"a":1,"a":1},{"a":3}]', [_A3], [(1, 1, None, "duplicate_key")]),
    Case(
        "a nested member twice",
        b'[{"a":{"b":1,"b":2}},{"a":3}]',
        [_A3],
        [(1, 1, None, "duplicate_key")],
    ),
    Case(
        "a member twice by an escape",
        b'[{"a":1,"\\u0061":1},{"a":3}]',
        [_A3],
        [(1, 1, None, "duplicate_key")],
    ),
    Case("as deep as allowed", b"[" + _nested(64) + b"]", [["[" * 63 + "]" * 63]]),
    Case("too deep", b"[" + _nested(65) + b',{"a":3}]', [_A3], [(1, 1, None, "too_deep")]),
    Case("too deep and never closed", b'[{"a":1},' + b"[" * 250, [_A1], [_syntax(2)]),
    Case("deep enough to crash a parser", b"[" * 5000, [], [(1, 1, None, "record_too_long")]),
    Case(
        "an element too long",
        b'[{"a":"' + b"x" * 300 + b'"},{"a":3}]',
        [_A3],
        [(1, 1, None, "record_too_long")],
    ),
    Case(
        "objects in an element too long are no rows",
        b'[{"a":[' + b'{"a":9},' * 50 + b'{}]},\n{"a":3}]',
        [_A3],
        [(1, 1, None, "record_too_long")],
    ),
    # Bytes.
    Case("a bad byte", b'[{"a":"\xff"},{"a":3}]', [_A3], [(1, 1, None, "encoding_error")]),
    Case("a NUL", b'[{"a":"\0"},{"a":3}]', [_A3], [(1, 1, None, "nul_byte")]),
    Case("an escaped NUL", b'[{"a":"\\u0000"},{"a":3}]', [_A3], [(1, 1, None, "nul_byte")]),
    Case("an escaped backslash before u0000", b'[{"a":"\\\\u0000"}]', [["\\u0000"]]),
    Case(
        "half a surrogate pair",
        b'[{"a":"\\ud800"},{"a":3}]',
        [_A3],
        [(1, 1, None, "encoding_error")],
    ),
    Case(
        "half a pair in a name", b'[{"\\udfff":1},{"a":3}]', [_A3], [(1, 1, None, "encoding_error")]
    ),
    Case(
        "half a pair deep inside",
        b'[{"a":[{"b":"\\uDC00"}]},{"a":3}]',
        [_A3],
        [(1, 1, None, "encoding_error")],
    ),
]
