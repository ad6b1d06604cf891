"""JSON elements found all at once, against the reader that finds them one by one."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.fast.json_scan import JsonScan
from adapters.tabular.fast.json_structure import scan_elements, scan_lines
from adapters.tabular.json_reader import JsonReader
from adapters.tabular.limits import Limits
from adapters.tabular.ndjson_reader import NdjsonReader

LIMITS = Limits(record_bytes=60)
FIRST = b'{"a":0}'
LINES = [b'{"a":1}\n', b'{"a":1,"b":"x"}\r\n', b" { } \r", b'{"a":"\\n"}\n']
PIECES = [
    b',{"a":1}', b',{"a":1,"b":"x"}', b" ,\n{ } ", b',{"a" : "\\"}" , "b": null}', b',{"a":[{"a":1}]}',
    b',{"b":[{"b":1},{"a":2}]}', b',{"b": { "a":[ ] } }', b',{"b":{"c":[1,{"d":2}],"e":{}}}',
    b",", b"{", b"}", b"[", b"]", b'"', b"\\", b'"a"', b":", b"1", b"\r\n", b"\0", "é".encode(),
]  # fmt: skip


def scan(chunk: bytes, limits: Limits = LIMITS) -> JsonScan | None:
    reader = JsonReader(iter((b"[" + FIRST + chunk,)), limits=limits)
    next(iter(reader))
    return scan_elements(chunk, limits=limits, most_records=1000, lookalikes=reader.lookalikes)


def texts(chunk: bytes, found: JsonScan) -> list[bytes]:
    spans = zip(found.starts.tolist(), found.ends.tolist(), strict=True)
    return [chunk[start:end] for start, end in spans]


@given(
    chunk=st.lists(st.sampled_from(PIECES), min_size=1, max_size=20).map(b"".join),
    following=st.lists(st.sampled_from(PIECES), max_size=5).map(b"".join),
)
def test_what_is_found_is_what_the_exact_reader_finds(chunk: bytes, following: bytes) -> None:
    found = scan(chunk)
    if found is None:
        return
    exact = iter(JsonReader(iter((b"[" + FIRST + chunk + following,)), limits=LIMITS))
    assert next(exact).text == FIRST

    elements = [next(exact) for _ in found.ends]

    assert [element.text for element in elements] == texts(chunk, found)
    assert [element.line - 1 for element in elements] == found.lines.tolist()
    assert not any(element.fault or element.lacks_comma for element in elements)


@given(
    chunk=st.lists(st.sampled_from([*LINES, *PIECES]), min_size=1, max_size=20).map(b"".join),
    following=st.lists(st.sampled_from(PIECES), max_size=5).map(b"".join),
)
def test_lines_that_are_found_are_those_that_the_exact_reader_finds(
    chunk: bytes, following: bytes
) -> None:
    found = scan_lines(chunk, limits=LIMITS, most_records=1000)
    if found is None:
        return
    reader = NdjsonReader(iter((chunk + following,)), limits=LIMITS)
    exact = iter(reader)

    elements = [next(exact) for _ in found.ends]

    assert [element.text for element in elements] == texts(chunk, found)
    assert [element.line - 1 for element in elements] == found.lines.tolist()
    assert reader.position == found.size
    assert not any(element.fault or element.is_blank for element in elements)


@pytest.mark.parametrize("blanks", ["", " ", "\n  ", "\r\n\t", " " * 20])
def test_names_and_values_are_found_whatever_blanks_are_between(blanks: str) -> None:
    marks = ["{", '"a"', ":", '"x:{,"', ",", '"b"', ":", "-1.5", ",", '"c"', ":", "null", "}"]
    chunk = blanks.join([",", *marks, ",", "{", "}", "]"]).encode()

    found = scan(chunk, Limits())

    assert found is not None
    members = found.members
    assert members.records.tolist() == [0, 0, 0]
    names = zip(members.name_starts.tolist(), members.name_ends.tolist(), strict=True)
    values = zip(members.starts.tolist(), members.ends.tolist(), strict=True)
    assert [chunk[start:end] for start, end in names] == [b"a", b"b", b"c"]
    assert [chunk[start:end] for start, end in values] == [b"x:{,", b"-1.5", b"null"]
    assert [json.loads(text) for text in texts(chunk, found)][1] == {}


@pytest.mark.parametrize(
    "doubtful",
    [
        b' x,{"b":2}',
        b'{"b":2}',
        b' [{"b":2}]',
        b',{"b"}',
        b',{"b":1,}',
        b',{,"b":1}',
        b',{"b":1 "c":2}',
        b',{"b":"c":2}',
        b',{x"b":1}',
        b',{"b"x:1}',
        b',{"b":x"y"}',
        b',{"b":"y"x}',
        b',{"b":\\"}',
        b',{"b":"\n"}',
        b',{"b":"\\\n"}',
        b',{"b":[1}',
        b',{"b":{]}',
        b',{"b":[1]]}',
        b',{"b":[[1]}',
        b',{"b":1{"c":2}}',
        b',{"b":"x"{"c":2}}',
        b',{"b":{{"c":2}}}',
        b',{"b":{"c":1,{"d":2}}}',
        b',{"b":x{"c":2}}',
        b',{"b":[x{"c":2}]}',
        b',{"b":[1]"x"}',
        b',{"b":"x"[1]}',
        b',{"b"[1]}',
        b",{[1]}",
        b',{"b":1,[2]}',
        b',{"b":[[[[[1]]]]]}',
        b',{"b":[1,{"a":2}]}',
        b',{"b":[1,{"c":2},{"a":2}]}',
        b',{":":1}',
        b',[{"b":1}]',
        b',1,{"b":2}',
        b',,{"b":2}',
        b',{"b":"' + b"x" * 60 + b'"}',
        b',{"b":1',
    ],
)
def test_what_is_found_ends_before_the_first_doubt(doubtful: bytes) -> None:
    plain = b',{"a":1}'

    limits = replace(LIMITS, json_depth=5)

    found = scan(plain + plain + doubtful + plain + plain, limits)

    # What follows an element tells whether it ends there.
    assert found is not None
    assert len(found.ends) == (2 if doubtful.startswith(b",") else 1)


def test_control_characters_in_strings_are_unsound() -> None:
    found = scan(b',{"a":"x"},{"a":"\t"},{"\x01":1},{"a":"\x7f"}]')

    assert found is not None
    assert found.is_unsound.tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    "value",
    [
        "[]", "{}", "[1,2]", "[ { } , { } ]", '{"c":{"d":[{"e":1},{"f":[[]]}]}}', '{"a":1}',
        '[{"a":1},{"d":2}]', "[[[[1]]]]", '["]","}","[{",{"d":"},{\\"a\\":1"}]', "[NaN]",
    ],
)  # fmt: skip
def test_values_that_hold_others_are_found_as_a_whole(value: str) -> None:
    chunk = f',{{"b": {value} ,"c":1}},{{"c": {value}}},{{"b":2}}]'.encode()

    found = scan(chunk, Limits())

    assert found is not None
    members = found.members
    values = zip(members.starts.tolist(), members.ends.tolist(), strict=True)
    assert [chunk[start:end].decode() for start, end in values] == [value, "1", value, "2"]


def test_how_many_values_a_record_holds_is_counted_with_those_inside_of_others() -> None:
    chunk = b',{"a":1,"b":2},{"b":[1,[2,3],{"c":4}]},{"b":{"c":[]}}]'

    found = scan(chunk, Limits())

    assert found is not None
    assert found.values.tolist() == [2, 7, 3]
    assert found.members.nested_colons.tolist() == [chunk.index(b":4"), chunk.index(b":[]")]
