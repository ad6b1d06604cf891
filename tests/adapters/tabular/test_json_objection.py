"""What is wrong with broken JSON, as the submitter reads it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.json_objection import first_objection, reason_of
from domain.file_type import FileType
from tests.adapters.tabular.mill import mill

PLACES = [
    (b'[{"a":1,}]', "a comma stands before } at character 7"),
    (b'[{"a":[1, ]}]', "a comma stands before ] at character 8"),
    (b'[{"a":}]', "a value is missing at character 6"),
    (b'[{"a":nul}]', '"nul" is not a JSON value at character 6'),
    (b'[{"a":01}]', '"01" is not a JSON value at character 6'),
    (b'[{"a":1.}]', '"1." is not a JSON value at character 6'),
    (b'[{"a":NaN}]', "NaN is not a JSON value"),
    (
        b"[{\"a\":'x'}]",
        "\"'x'\" is not a JSON value: strings stand in double quotes, at character 6",
    ),
    (b"[{a:1}]", "a member's name does not stand in double quotes at character 2"),
    (b'[{"a":1,:2}]', "a member's name is missing at character 8"),
    (b'[{"a" 1}]', "a colon is missing at character 6"),
    ('[{"é":"🦆" "b":1}]'.encode(), "a comma is missing at character 10"),
    (
        b'[{"a":"x"y"}]',
        "a comma is missing, or a quote in a string is not escaped, at character 9",
    ),
    (b'[{"a":[1}]', "a closing brace or bracket is missing at its end"),
    (b'[{"a":[1}},{"a":1}]', "a closing brace or bracket is missing at its end"),
    (b'[{"a":"x\ty"}]', "a control character in a string is not escaped at character 8"),
    (b'[{"a":"x\ny"}]', "a string is not closed on its line at character 8"),
    (b'[{"a":"\\x"}]', "a backslash in a string begins no escape at character 7"),
    (b'[{"a":"\\u12"}]', "four hexadecimal digits do not follow \\u at character 8"),
    (b'[{"a":1} x]', "more follows the end of the record at character 9"),
    (b'[{"a":1},]', "nothing stands where a record should; that counts as one row"),
    (b'[{"a":1} {"a":2}]', "a comma is missing before the record"),
    (b'[{"a":1}', "the array is never closed; that counts as one row"),
    (b'[{"a":"x', "the file ends inside the record"),
    (b'{"a":1} {"a":2}', "more follows the end of the JSON document; all of it counts as one row"),
    (b'[\n{\r\n"a": 1\r  "b": 2\n}\n]', "a comma is missing in line 4, at character 3"),
]


@pytest.mark.parametrize(("content", "reason"), PLACES)
def test_broken_json_is_told_in_plain_words_and_with_its_place(content: bytes, reason: str) -> None:
    milled = mill(content, FileType.JSON)

    messages = [error["message"] for error in milled.errors]
    assert messages == [f"the record is not valid JSON: {reason}"]


@given(
    st.lists(
        st.sampled_from(['{"a":', "1", '"x"', "{", "}", "[", "]", ",", ":", '"', "\\", "\\u1", "'"])
        | st.sampled_from(["nul", "é", "\n", " ", "\x01", "-", "01", "NaN", "9" * 5000]),
        max_size=12,
    ).map("".join)
)
def test_no_word_of_the_parser_is_passed_on(text: str) -> None:
    objection = first_objection(text.encode(), line=1)

    if objection is None:
        json.loads(text, parse_int=str)
        return
    assert not any(
        word in objection.reason for word in ("Expecting", "delimiter", "Extra", "char ")
    )
    assert 0 <= objection.position <= len(text.encode())


def test_the_words_do_not_depend_on_where_the_parser_sees_a_comma_too_many() -> None:
    # Newer parsers stop at the comma, older ones behind it.
    text = '{"a":1, }'

    assert reason_of(text, "Illegal trailing comma before end of object", 6, line=1) == reason_of(
        text, "Expecting property name enclosed in double quotes", 8, line=1
    )
