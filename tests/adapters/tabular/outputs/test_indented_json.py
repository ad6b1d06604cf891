"""JSON for people is what the json module writes, only sooner."""

import json

from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.outputs.indented_json import indented_json
from domain.file_status import Outcome

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
)


@given(value=VALUES)
def test_it_is_the_text_of_the_json_module(value: object) -> None:
    assert indented_json(value) == json.dumps(value, ensure_ascii=False, indent=2)


def test_a_member_of_an_enumeration_is_its_text() -> None:
    assert indented_json([Outcome.PARTIAL]) == json.dumps([Outcome.PARTIAL], indent=2)
