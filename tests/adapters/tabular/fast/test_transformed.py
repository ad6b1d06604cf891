"""Cells are changed by Polars only where Python changes them in the same way."""

from typing import Any

import polars as pl
import pytest

from adapters.tabular.fast.cell_judge import CellJudge, JudgedCells
from adapters.tabular.fast.transformed import CERTAIN
from domain.layout import match_header
from domain.transform import WHITE_SPACE, Change, Rule
from tests.adapters.tabular.mill import schema_of

LETTERS = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]


def judged(cells: list[str | None], **field: Any) -> JudgedCells:
    layout = match_header(schema_of({"name": "x", **field}), ["x"]).layout
    assert layout is not None
    return CellJudge(layout).judge(pl.DataFrame({"c0": cells}, schema={"c0": pl.String}))


@pytest.mark.parametrize(("case", "of"), [("lower", str.lower), ("upper", str.upper)])
def test_every_letter_that_is_certain_is_written_as_python_writes_it(case: str, of: Any) -> None:
    certain = pl.Series(LETTERS).filter(pl.Series(LETTERS).str.contains(CERTAIN)).to_list()

    result = judged(certain, type="string", gristmill={"case": case})

    assert len(certain) > 40_000
    assert result.is_accepted.all()
    assert result.texts.to_series().to_list() == [of(letter) for letter in certain]


def test_the_capital_sigma_is_left_to_the_domain() -> None:
    result = judged(["\u0391\u03a3", "\u0391"], type="string", gristmill={"case": "lower"})

    assert result.is_accepted.tolist() == [False, True]


def test_white_space_is_trimmed_and_nothing_else() -> None:
    result = judged([f"{letter}x{letter}" for letter in LETTERS], gristmill={"trim": True})

    trimmed = {
        letter
        for letter, text in zip(LETTERS, result.texts.to_series(), strict=True)
        if text == "x"
    }
    assert trimmed == set(WHITE_SPACE)


@pytest.mark.parametrize(
    ("field", "cell", "text", "rules"),
    [
        ({"type": "string", "gristmill": {"trim": True}}, " a ", "a", [Rule.TRIM]),
        ({"type": "string", "gristmill": {"trim": True}}, "  ", None, [Rule.TRIM]),
        ({"type": "string", "gristmill": {"case": "lower"}}, "Ab", "ab", [Rule.CASE]),
        ({"type": "string", "gristmill": {"case": "lower"}}, None, None, []),
        ({"type": "integer", "gristmill": {"trim": True}}, " 12", "12", [Rule.TRIM]),
        ({"type": "number", "gristmill": {"default": "1.5"}}, None, "1.5", [Rule.DEFAULT]),
        (
            {"type": "date", "gristmill": {"trim": True, "default": "2024-01-31"}},
            "\t",
            "2024-01-31",
            [Rule.TRIM, Rule.DEFAULT],
        ),
        ({"type": "boolean", "gristmill": {"trim": True}}, " TRUE ", "true", [Rule.TRIM]),
        (
            {"type": "string", "gristmill": {"case": "upper"}, "missingValues": ["", "N/A"]},
            "n/a",
            None,
            [Rule.CASE],
        ),
        (
            {"type": "string", "gristmill": {"default": "x"}, "constraints": {"required": True}},
            None,
            "x",
            [Rule.DEFAULT],
        ),
    ],
)
def test_usual_cells_are_changed_and_counted_at_once(
    field: dict[str, Any], cell: str | None, text: str | None, rules: list[Rule]
) -> None:
    result = judged([cell, "zz"], **field)

    assert result.is_accepted.tolist()[0]
    assert result.texts.to_series().to_list()[0] == text
    assert {change for change, flags in result.changes.items() if flags[0]} == {
        Change("x", rule) for rule in rules
    }
