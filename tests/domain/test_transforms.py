"""What the rules of a schema do to values, and in which order."""

import os
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.row_validator import CheckedRow
from domain.schema import Schema
from domain.transform import WHITE_SPACE, Case, Rule
from domain.values.base import Misfit
from tests.domain.schemas import check_objects, check_rows, codes, only_error, schema_of

EXAMPLES = 2000 if os.environ.get("CI") else 200


def one(**members: Any) -> Schema:
    """A schema of the field `x`, which is a string unless told otherwise, and one more."""
    return schema_of({"name": "x", "type": "string", **members}, "other")


def of_cell(text: str, schema: Schema) -> CheckedRow:
    (row,) = check_rows(schema, ["x", "other"], [text, "z"])
    return row


def of_member(value: object, schema: Schema) -> CheckedRow:
    (row,) = check_objects(schema, {"x": value, "other": "z"})
    return row


def changes(row: CheckedRow) -> list[tuple[str, str]]:
    return [(change.column, str(change.rule)) for change in row.changes]


@pytest.mark.parametrize(
    ("text", "rules", "value", "changed"),
    [
        ("  a b ", {"trim": True}, "a b", ["trim"]),
        ("a", {"trim": True}, "a", []),
        ("  ", {"trim": True}, None, ["trim"]),
        ("", {"trim": True}, None, []),
        ("\u00a0a\u3000\u2028", {"trim": True}, "a", ["trim"]),
        ("\u200ba\ufeff\x1f", {"trim": True}, "\u200ba\ufeff\x1f", []),
        ("Ab", {"case": "lower"}, "ab", ["case"]),
        ("straße", {"case": "upper"}, "STRASSE", ["case"]),
        ("ΣΑΣ", {"case": "lower"}, "σας", ["case"]),
        ("ab", {"case": "lower"}, "ab", []),
        (" Ab ", {"case": "lower"}, " ab ", ["case"]),
        (" Ab ", {"case": "lower", "trim": True}, "ab", ["trim", "case"]),
        ("", {"default": "d"}, "d", ["default"]),
        ("a", {"default": "d"}, "a", []),
        (" ", {"default": "d"}, " ", []),
        (" ", {"default": "d", "trim": True}, "d", ["trim", "default"]),
    ],
)
def test_a_cell_is_trimmed_then_cased_then_filled(
    text: str, rules: dict[str, Any], value: object, changed: list[str]
) -> None:
    row = of_cell(text, one(gristmill=rules))

    assert row.values[0] == value
    assert changes(row) == [("x", rule) for rule in changed]


@pytest.mark.parametrize(
    ("text", "value", "changed"),
    [
        (" NA ", "none", ["trim", "default"]),
        ("N/A", "none", ["case", "default"]),
        ("na", "na", []),
        ("Na", "na", ["case"]),
    ],
)
def test_a_cell_is_missing_as_it_is_trimmed_or_as_it_is_in_its_case(
    text: str, value: str, changed: list[str]
) -> None:
    rules = {"trim": True, "case": "lower", "default": "none"}

    row = of_cell(text, one(gristmill=rules, missingValues=["", "NA", "n/a"]))

    assert row.values[0] == value
    assert changes(row) == [("x", rule) for rule in changed]


@pytest.mark.parametrize(
    ("value", "rules", "result", "changed"),
    [
        (None, {"default": "d", "case": "lower"}, "d", ["default"]),
        (" A ", {"trim": True, "case": "lower"}, "a", ["trim", "case"]),
        ("", {"default": "d"}, "", []),
        ("  ", {"trim": True, "default": "d"}, "", ["trim"]),
    ],
)
def test_of_json_strings_are_trimmed_and_cased_and_null_is_filled(
    value: object, rules: dict[str, Any], result: object, changed: list[str]
) -> None:
    row = of_member(value, one(gristmill=rules))

    assert row.values[0] == result
    assert changes(row) == [("x", rule) for rule in changed]


def test_an_absent_member_is_filled() -> None:
    (row,) = check_objects(one(gristmill={"default": "d"}), {"other": "z"})

    assert row.values == ("d", "z")


@pytest.mark.parametrize("value", [1, True, ["A "], {"a": "B "}])
def test_of_json_nothing_but_strings_is_changed(value: object) -> None:
    row = of_member(value, one(type="any", gristmill={"trim": True, "case": "lower"}))

    assert row.values[0] == value
    assert changes(row) == []


def test_numbers_and_dates_are_trimmed_before_they_are_read() -> None:
    schema = schema_of(
        {"name": "x", "type": "integer", "gristmill": {"trim": True}},
        {"name": "other", "type": "date", "gristmill": {"trim": True, "default": "2024-01-31"}},
    )

    first, second = check_rows(schema, ["x", "other"], [" 12", "2024-02-01\t"], ["7", "  "])

    assert first.values == (12, date(2024, 2, 1))
    assert second.values == (7, date(2024, 1, 31))


def test_constraints_see_what_the_rules_leave() -> None:
    schema = one(
        constraints={"enum": ["red", "blue"], "maxLength": 4},
        gristmill={"trim": True, "case": "lower"},
    )

    assert of_cell("  BLUE  ", schema).values[0] == "blue"
    assert codes(of_cell("pink ", schema)) == [("x", "enum")]


def test_a_default_satisfies_what_is_required() -> None:
    required = {"constraints": {"required": True}}

    assert of_cell("", one(**required, gristmill={"default": "d"})).values[0] == "d"
    assert codes(of_cell(" ", one(**required, gristmill={"trim": True}))) == [("x", "required")]


def test_keys_compare_what_the_rules_leave() -> None:
    schema = schema_of(
        {"name": "x", "type": "string", "gristmill": {"trim": True, "case": "lower"}},
        {"name": "y", "type": "string", "gristmill": {"default": "DE", "drop": True}},
        primaryKey=["x", "y"],
    )

    first, second, third = check_rows(schema, ["x", "y"], ["a", "DE"], [" A", ""], ["a", "FR"])

    assert first.is_accepted
    assert codes(second) == [(None, "primary_key")]
    assert third.is_accepted


def test_a_message_shows_the_cell_as_it_was_submitted() -> None:
    schema = one(constraints={"pattern": "[a-z]+"}, gristmill={"trim": True, "case": "lower"})

    error = only_error(of_cell(" A1 ", schema))

    assert error.value == " A1 "
    assert error.message == '" A1 " does not match [a-z]+'


def test_a_rejected_row_counts_no_change() -> None:
    schema = schema_of(
        {"name": "x", "type": "string", "gristmill": {"trim": True}},
        {"name": "other", "type": "integer"},
    )

    (row,) = check_rows(schema, ["x", "other"], [" a ", "b"])

    assert row.changes == ()


@pytest.mark.parametrize("case", list(Case))
def test_no_letter_changes_again_once_it_was_changed(case: Case) -> None:
    letters = map(chr, (*range(0xD800), *range(0xE000, 0x110000)))

    assert [letter for letter in letters if case.of(case.of(letter)) != case.of(letter)] == []


def test_what_is_trimmed_is_what_unicode_calls_white_space() -> None:
    # Python counts the four separators of ASCII, too, which Unicode does not.
    spaces = {chr(code) for code in range(0x110000) if chr(code).isspace()}

    assert set(WHITE_SPACE) == spaces - set("\x1c\x1d\x1e\x1f")


RULES = st.fixed_dictionaries(
    {},
    optional={
        "trim": st.booleans(),
        "case": st.sampled_from(list(Case)).map(str),
        "default": st.just("7"),
    },
)
TEXTS = st.text(alphabet=st.sampled_from("aB7 \t\u00a0ßΣσςİé"), max_size=4) | st.text(max_size=4)


@settings(max_examples=EXAMPLES)
@given(rules=RULES, missing=st.sampled_from([[""], ["", "-"], ["NA"], []]), texts=st.lists(TEXTS))
def test_a_second_time_the_rules_change_nothing(
    rules: dict[str, Any], missing: Sequence[str], texts: list[str]
) -> None:
    (field, _) = one(gristmill=rules, missingValues=list(missing)).fields
    for text in texts:
        value = field.read_text(text)
        assert not isinstance(value, Misfit)
        written = field.format(value)

        assert value is None or written not in missing
        assert field.read_text(written) == value or not missing
        assert list(field.text_changes(written)) == []
        assert field.read_json(value) == value


@settings(max_examples=EXAMPLES)
@given(rules=RULES, texts=st.lists(TEXTS, max_size=8))
def test_every_change_of_an_accepted_row_is_counted_once(
    rules: dict[str, Any], texts: list[str]
) -> None:
    schema = one(gristmill=rules)
    rows = check_rows(schema, ["x", "other"], *([text, ""] for text in texts))

    counts = Counter(change.rule for row in rows for change in row.changes)

    assert set(counts) <= {Rule(name) for name, value in rules.items() if value}
    assert counts[Rule.DEFAULT] == sum(
        row.values[0] == "7" and text.strip(WHITE_SPACE) != "7"
        for row, text in zip(rows, texts, strict=True)
    )
    for row, text in zip(rows, texts, strict=True):
        if not row.changes:
            assert (row.values[0] or "") == text
