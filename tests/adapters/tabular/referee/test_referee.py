"""We reject the rows that frictionless rejects, for the same reasons, but for named differences."""

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.tabular.fast.nasty import VALUES
from tests.adapters.tabular.referee.differences import DIFFERENCES, unexplained
from tests.adapters.tabular.referee.judges import our_codes, table_of, their_codes

GOOD: frozenset[str] = frozenset()


def _field(field_type: str, **members: Any) -> dict[str, Any]:
    return {"name": "x", "type": field_type, **members}


FIELDS = [
    _field("integer"),
    _field("integer", constraints={"required": True}),
    _field("integer", constraints={"minimum": 0, "maximum": 99}),
    _field("integer", constraints={"enum": [1, 12, 99]}),
    _field("integer", bareNumber=False),
    _field("integer", groupChar=","),
    _field("number"),
    _field("number", decimalChar=",", groupChar="."),
    _field("number", bareNumber=False),
    _field("number", constraints={"minimum": "0.1", "maximum": 10}),
    _field("boolean"),
    _field("boolean", trueValues=["yes"], falseValues=["no"]),
    _field("date"),
    _field("date", format="%d.%m.%Y"),
    _field("date", constraints={"minimum": "2024-01-31"}),
    _field("time"),
    _field("datetime"),
    _field("datetime", format="%Y-%m-%d %H:%M:%S"),
    _field("year"),
    _field("year", constraints={"maximum": 2000}),
    _field("string", format="email"),
    _field("string", format="uri"),
    _field("string", format="uuid"),
    _field("string", constraints={"required": True}),
    _field("string", constraints={"minLength": 2, "maxLength": 4}),
    _field("string", constraints={"pattern": "[A-Z]{2}-[0-9]{4}"}),
    _field("string", constraints={"pattern": "a|ab"}),
    _field("string", constraints={"enum": ["a", "é"]}),
    _field("any", constraints={"required": True}),
]
CELLS = list(dict.fromkeys([*VALUES, " 12 ", "12 ", "1_0", "١٢", "2024-1-31", "1.2.2024", "a@b"]))
KEYED = {
    "fields": [
        {"name": "id", "type": "integer"},
        {"name": "x", "type": "number", "constraints": {"unique": True}},
    ],
    "primaryKey": ["id"],
}


def _disagreements(field: dict[str, Any], cells: Sequence[str]) -> list[Any]:
    """The cells of which the two judge otherwise, with both judgements."""
    descriptor = {"fields": [{"name": "id", "type": "integer"}, field]}
    rows = [(str(number), cell) for number, cell in enumerate(cells, start=1)]
    content = table_of(("id", "x"), rows)
    ours, theirs = our_codes(content, descriptor), their_codes(content, descriptor)
    return [
        (cell, ours.get(row, GOOD), theirs.get(row, GOOD))
        for row, cell in enumerate(cells, start=1)
        if ours.get(row, GOOD) != theirs.get(row, GOOD)
    ]


@pytest.mark.parametrize("field", FIELDS, ids=str)
def test_cells_at_the_edge_of_every_grammar_are_judged_alike(field: dict[str, Any]) -> None:
    found = _disagreements(field, CELLS)

    assert [it for it in found if unexplained(field, *it)] == []


@given(
    field=st.sampled_from(FIELDS),
    cells=st.lists(
        st.sampled_from(CELLS) | st.text("0123456789+-.,:eT aAbZ@/%", max_size=12),
        min_size=1,
        max_size=40,
    ),
)
def test_any_cells_are_judged_alike(field: dict[str, Any], cells: list[str]) -> None:
    found = _disagreements(field, cells)

    assert [it for it in found if unexplained(field, *it)] == []


def test_each_difference_is_one() -> None:
    seen = {
        difference.name
        for field in FIELDS
        for cell, ours, theirs in _disagreements(field, CELLS)
        for difference in DIFFERENCES
        if difference.explains(field, cell, ours, theirs)
    }

    assert seen == {difference.name for difference in DIFFERENCES}


@given(
    st.lists(
        st.tuples(st.sampled_from(["1", "2", "+2", ""]), st.sampled_from(["", "1", "1.0", "2"])),
        min_size=1,
        max_size=12,
    )
)
def test_keys_are_judged_alike(rows: list[tuple[str, str]]) -> None:
    # frictionless takes a row of empty cells for a blank one; here it is a row.
    rows = [row for row in rows if any(row)] or [("1", "1")]
    content = table_of(("id", "x"), rows)

    assert our_codes(content, KEYED) == their_codes(content, KEYED)


@pytest.mark.parametrize("seed", range(3))
def test_ragged_records_are_judged_alike(seed: int) -> None:
    chance = Random(seed)
    descriptor = {"fields": [{"name": name} for name in "abc"]}
    # Never empty: the empty cells at a record's end are cells here, and nothing there.
    rows = [["x"] * chance.choice([1, 2, 3, 3, 3, 4, 5]) for _ in range(100)]

    content = table_of("abc", rows)

    assert our_codes(content, descriptor) == their_codes(content, descriptor)
