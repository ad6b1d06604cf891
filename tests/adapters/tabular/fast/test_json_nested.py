"""Arrays and objects written many at once, against what the exact path makes of each."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.fast.json_marks import COLON, JsonMarks
from adapters.tabular.fast.json_nested import canonical_texts
from adapters.tabular.json_elements import json_value
from domain.values.text import json_text

NUMBERS = [
    "0", "-0", "-0.0", "1.0", "1.50", "1e2", "1E+2", "0.0000001", "1e400", "0e7", "9" * 18, "9" * 30, "9" * 300,
    "18446744073709551616", "-9223372036854775809", "123456789.123456789123456789",
]  # fmt: skip
SCALARS = st.sampled_from([*NUMBERS, "null", "true", "false", r'"\/\u00e9\ud83d\ude00"', '"\x7f"'])
SCALARS |= st.text(max_size=5).map(json.dumps)
SCALARS |= st.text(st.characters(codec="utf-8"), max_size=5).map(
    lambda text: json.dumps(text, ensure_ascii=False)
)
NAMES = st.sampled_from(['"a"', '"b"', r'"\u0061"', '""', '":"', '"a,b"'])
BETWEEN = st.sampled_from(["", "", " ", "\n  "])


def written(brackets: str, items: list[str], blank: str) -> str:
    return brackets[0] + blank + f"{blank},{blank}".join(items) + blank + brackets[1]


def arrays(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(written, st.just("[]"), st.lists(items, max_size=4), BETWEEN)


def objects(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    members = st.builds("{}{}:{}".format, NAMES, BETWEEN, items)
    return st.builds(written, st.just("{}"), st.lists(members, max_size=4), BETWEEN)


def nested(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return arrays(items) | objects(items)


def canonical(*texts: str) -> list[bytes | None]:
    encoded = [text.encode() for text in texts]
    colons = [np.count_nonzero(JsonMarks(text).kinds == COLON) for text in encoded]
    return canonical_texts(encoded, colons=np.array(colons, np.int64))


def exactly(text: str) -> bytes | None:
    try:
        return json_text(json_value(text)).encode()
    except ValueError:
        return None


@given(texts=st.lists(nested(st.recursive(SCALARS, nested, max_leaves=8)), max_size=5))
def test_values_are_written_as_the_exact_path_writes_them(texts: list[str]) -> None:
    for text, found in zip(texts, canonical(*texts), strict=True):
        exact = exactly(text)
        # NULs are looked at exactly, and so is a text that says how one is escaped.
        assert found == (None if exact is None or b"\\u0000" in exact else exact)


@pytest.mark.parametrize(
    "bad",
    [
        '{"a":1,"a":1}', '[{"b":{"a":1,"\\u0061":2}}]', "[NaN]", "[01]", "[1 2]", '{"a" 1}', "[1]x", "[,]",
        r'["\ud800"]', r'["\u0000"]', "[1e99999999999999999999]", '["\\x"]', "[1] [2]",
    ],
)  # fmt: skip
def test_what_is_in_doubt_does_not_concern_its_neighbours(bad: str) -> None:
    assert canonical("[1, 2]", bad, '{"a": []}') == [b"[1,2]", None, b'{"a":[]}']


def test_every_character_is_written_as_the_exact_path_writes_it() -> None:
    characters = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000]
    text = json.dumps(
        ["".join(characters[at : at + 4096]) for at in range(0, len(characters), 4096)]
    )

    assert canonical(text) == [exactly(text)]


def test_what_is_compact_already_stays_as_it_is() -> None:
    texts = ['{"a":1.50,"b":["x",null]}', "[]", '[{"a":"é"}]']

    assert canonical(*texts) == [text.encode() for text in texts]
