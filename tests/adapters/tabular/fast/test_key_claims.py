"""Keys that are encoded for a chunk at once are the keys that the domain encodes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.fast import grammars
from adapters.tabular.fast.cell_judge import CellJudge
from adapters.tabular.fast.key_claims import KeyClaims
from domain.key_index import KeyIndex, KeyIndexFactory
from domain.layout import Layout, match_header
from domain.row_validator import RowValidator
from tests.adapters.tabular.mill import schema_of

TYPES: dict[str, str] = {
    "string": "[a-c0é ]{0,3}",
    "any": "[0-9]{0,3}",
    "integer": f"(?:{grammars.INTEGER})|[0-9]00",
    "year": grammars.YEAR,
    "date": grammars.DATE,
    "number": grammars.number("."),
    "boolean": "true|1|0",
}


@dataclass(slots=True)
class RememberingKeyIndex(KeyIndex):
    """Keeps each key with the row that claimed it first, for all to see."""

    claimed: list[tuple[bytes, int]] = field(default_factory=list)

    def claim(self, key: bytes, row: int) -> int | None:
        first = dict(reversed(self.claimed)).get(key)
        if first is None:
            self.claimed.append((key, row))
        return first

    def claim_all(self, keys: Sequence[bytes], rows: Sequence[int]) -> Sequence[int]:
        firsts = map(self.claim, keys, rows)
        return [first or row for first, row in zip(firsts, rows, strict=True)]


def remembering(made: list[RememberingKeyIndex]) -> KeyIndexFactory:
    def new_key_index() -> KeyIndex:
        made.append(RememberingKeyIndex())
        return made[-1]

    return new_key_index


def layout_of(first: str, second: str) -> Layout:
    fields: list[dict[str, Any]] = [{"name": "a", "type": first}, {"name": "b", "type": second}]
    fields[0]["constraints"] = {"unique": True}
    layout = match_header(schema_of(*fields, uniqueKeys=[["b", "a"]]), ["a", "b"]).layout
    assert layout is not None
    return layout


@given(chosen=st.data(), first=st.sampled_from(list(TYPES)), second=st.sampled_from(list(TYPES)))
def test_the_same_keys_are_claimed_by_the_same_rows(
    chosen: st.DataObject, first: str, second: str
) -> None:
    layout = layout_of(first, second)
    cells = st.tuples(
        *(st.just("") | st.from_regex(TYPES[name], fullmatch=True) for name in (first, second))
    )
    drawn = chosen.draw(st.lists(cells, max_size=12))
    table = pl.DataFrame(drawn, schema={"c0": pl.String, "c1": pl.String}, orient="row")
    table = table.with_columns(pl.all().replace("", None))
    table = table.filter(CellJudge(layout).judge(table).is_accepted)
    at_once, one_by_one = list[RememberingKeyIndex](), list[RememberingKeyIndex]()

    claims = KeyClaims(layout, RowValidator(layout, new_key_index=remembering(at_once)))
    rows = range(1, table.height + 1)
    claimed_before = claims.claimed_before(claims.keys(table), rows=rows)
    validator = RowValidator(layout, new_key_index=remembering(one_by_one))
    expected = {
        at
        for at, (a, b) in enumerate(table.rows())
        if validator.claim_keys([a or "", b or ""], row=at + 1, line=at + 1)
    }

    assert claimed_before == expected
    assert at_once == one_by_one


@pytest.mark.parametrize("name", ["string", "any", "integer", "year", "date"])
def test_usual_keys_are_encoded_at_once(name: str) -> None:
    layout = layout_of(name, "string")

    claims = KeyClaims(layout, RowValidator(layout, new_key_index=RememberingKeyIndex))

    assert claims.is_encoded


def test_asking_again_for_a_records_keys_does_not_make_it_its_own_duplicate() -> None:
    layout = layout_of("integer", "string")
    validator = RowValidator(layout, new_key_index=RememberingKeyIndex)
    validator.claim_keys(["1", "x"], row=1, line=1)

    assert validator.claim_keys(["1", "y"], row=2, line=2)
    (error,) = validator.claim_keys(["1", "y"], row=2, line=2)

    assert error.code == "unique"
    assert '"a" of row 1' in error.message
