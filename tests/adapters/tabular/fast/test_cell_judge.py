"""What is accepted at once is what the domain accepts, written as the domain writes it."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.tabular.fast import grammars
from adapters.tabular.fast.cell_judge import CellJudge, JudgedCells
from domain.layout import match_header
from domain.row_validator import violations_of
from domain.transform import Rule
from domain.values.base import Misfit
from tests.adapters.tabular.fast.nasty import VALUES
from tests.adapters.tabular.mill import schema_of

FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"type": "any"}, ".*"),
    ({"type": "string", "constraints": {"minLength": 2, "maxLength": 3}}, ".{1,4}"),
    ({"type": "string", "constraints": {"enum": ["a", "b c"]}}, "[ab]( c)?"),
    ({"type": "string", "constraints": {"enum": ["a", "b", "ab", "ba", "aa"]}}, "[ab]{1,3}"),
    ({"type": "string", "gristmill": {"case": "lower", "default": "x"}}, "[aBΣσİß]{1,3}"),
    ({"type": "any", "gristmill": {"case": "upper", "trim": True}}, "[ abß]{1,3}"),
    ({"type": "integer", "gristmill": {"default": 7}}, grammars.INTEGER),
    ({"type": "boolean", "gristmill": {"default": True}}, "true|0|yes"),
    ({"type": "string", "constraints": {"pattern": "[a-c]+\\d"}}, "[a-d]{1,3}[0-9]"),
    ({"type": "string", "constraints": {"pattern": "(?i)[a-c]+"}}, "[A-Da-d]{1,3}"),
    # RE2 compiles it, Polars finds it too large.
    ({"type": "string", "constraints": {"pattern": ".{999}" * 16}}, ".{1,3}"),
    ({"type": "string", "format": "email"}, grammars.STRING_FORMATS["email"]),
    ({"type": "string", "format": "uri"}, grammars.STRING_FORMATS["uri"]),
    ({"type": "string", "format": "uuid"}, grammars.STRING_FORMATS["uuid"]),
    ({"type": "integer"}, grammars.INTEGER),
    ({"type": "integer", "groupChar": ",", "bareNumber": False}, grammars.INTEGER),
    ({"type": "integer", "constraints": {"minimum": -5, "exclusiveMaximum": 10**15}}, grammars.INTEGER),
    ({"type": "integer", "constraints": {"minimum": -5, "maximum": 10**17}}, "-?[4-6]|100{16,17}1?"),
    ({"type": "integer", "constraints": {"enum": [1, 2]}}, "[0-3]"),
    ({"type": "number"}, grammars.number(".")),
    ({"type": "number", "groupChar": ",", "bareNumber": False}, grammars.number(".")),
    ({"type": "number", "decimalChar": ",", "groupChar": "."}, grammars.number(",")),
    ({"type": "number", "decimalChar": "'"}, "[0-9]{1,3}('[0-9]{1,3})?"),
    ({"type": "number", "constraints": {"minimum": "0.1", "maximum": "0.3"}}, r"0\.[0-4][0-9]{0,5}"),
    ({"type": "number", "constraints": {"minimum": "0"}}, grammars.number(".")),
    ({"type": "number", "constraints": {"minimum": "0", "maximum": "0"}}, r"-?0(\.0{0,17}[01])?"),
    ({"type": "number", "constraints": {"exclusiveMinimum": "1e-1", "exclusiveMaximum": "0.2"}}, r"0\.[12]"),
    ({"type": "number", "constraints": {"minimum": "0.1000000000000000055"}}, r"0\.1|0\.100001"),
    ({"type": "boolean"}, "true|True|TRUE|1|false|0|yes"),
    ({"type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]}, "ja|nein|true"),
    ({"type": "date"}, grammars.DATE),
    ({"type": "date"}, "[0-9]{4}-[01][0-9]-[0-3][0-9]"),
    ({"type": "date", "constraints": {"minimum": "2000-01-31", "maximum": "2020-01-01"}}, "20[0-2][0-9]-01-(01|31)"),
    ({"type": "date", "format": "%Y-%d-%m"}, grammars.DATE),
    ({"type": "time"}, grammars.TIME),
    ({"type": "time", "constraints": {"minimum": "10:00:00"}}, grammars.TIME),
    ({"type": "time", "format": "%H:%M"}, "[0-2][0-9]:[0-9]{2}"),
    ({"type": "datetime"}, grammars.DATETIME),
    ({"type": "datetime", "format": "%Y-%m-%d %H:%M"}, f"{grammars.DATE} [0-2][0-9]:[0-5][0-9]"),
    ({"type": "year", "constraints": {"minimum": 1990}}, grammars.YEAR),
]  # fmt: skip
VARIANTS: list[dict[str, Any]] = [
    {},
    {"constraints": {"required": True}},
    {"missingValues": ["", "-", "0"]},
    {"missingValues": ["-"]},
    {"missingValues": []},
    {"gristmill": {"trim": True}},
    {"gristmill": {"trim": True}, "missingValues": ["", "NA"]},
]


# Every example is dozens of cells, for each of many fields.
@settings(max_examples=60)
@pytest.mark.parametrize(("field", "grammar"), FIELDS)
@given(variant=st.sampled_from(VARIANTS), chosen=st.data())
def test_an_accepted_cell_is_good_and_its_text_is_that_of_the_domain(
    field: dict[str, Any], grammar: str, variant: dict[str, Any], chosen: st.DataObject
) -> None:
    constraints = {**field.get("constraints", {}), **variant.get("constraints", {})}
    schema = schema_of({**field, **variant, "name": "x", "constraints": constraints})
    layout = match_header(schema, ["x"]).layout
    assert layout is not None
    texts = st.from_regex(grammar, fullmatch=True) | st.text(max_size=6)
    raws = [*chosen.draw(st.lists(texts, max_size=40)), *VALUES]

    cells = pl.DataFrame({"c0": [raw or None for raw in raws]}, schema={"c0": pl.String})
    judged = CellJudge(layout).judge(cells)

    column = layout.columns[0]
    written = judged.texts.to_series().to_list()
    for at, (raw, text) in enumerate(zip(raws, written, strict=True)):
        value = column.field.read_text(raw)
        if judged.is_accepted[at]:
            assert not isinstance(value, Misfit)
            assert not violations_of(column, value)
            assert (text is None) == (value is None)
            assert text is None or text == column.field.format(value)
            assert changes_of(judged, at) == set(column.field.text_changes(raw))


def changes_of(judged: JudgedCells, record: int) -> set[Rule]:
    return {change.rule for change, flags in judged.changes.items() if flags[record]}


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ({"type": "string"}, "a"),
        ({"type": "string", "constraints": {"pattern": "[A-Z]{2}"}}, "AB"),
        ({"type": "integer", "constraints": {"minimum": 1}}, "1"),
        ({"type": "string", "constraints": {"minLength": 3}}, "äöü"),
        ({"type": "string", "constraints": {"maxLength": 3}}, "äöü"),
        ({"type": "string", "constraints": {"minLength": 3, "maxLength": 3}}, "äöü"),
        ({"type": "number", "constraints": {"minimum": "0.1"}}, "0.1"),
        ({"type": "number", "constraints": {"minimum": "0"}}, "0"),
        ({"type": "date", "constraints": {"maximum": "2024-01-31"}}, "2024-01-31"),
        ({"type": "time"}, "12:30:00"),
        ({"type": "datetime"}, "2024-01-31T12:30:00Z"),
        ({"type": "year"}, "2024"),
        ({"type": "boolean"}, "TRUE"),
        ({"type": "string", "format": "email"}, "someone@example.org"),
    ],
)
def test_usual_spellings_are_accepted_at_once(field: dict[str, Any], text: str) -> None:
    layout = match_header(schema_of({"name": "x", **field}), ["x"]).layout
    assert layout is not None

    judged = CellJudge(layout).judge(pl.DataFrame({"c0": [text, None]}))

    assert judged.is_accepted.tolist() == [True, True]
