"""A value that is written like a missing one is missing itself."""

from decimal import Decimal

import pytest

from tests.domain.schemas import cell, check_objects, check_rows, codes, member, schema_of

MARKED = [
    ("integer", "-0999", -999, ["-999"], {}),
    ("integer", "-999", -999, ["-0999"], {}),
    ("integer", "1000", 1000, ["1,000"], {"groupChar": ","}),
    ("number", "-999.0", Decimal("-999.0"), ["-999"], {}),
    ("number", "1,5", Decimal("1.5"), ["1.5"], {"decimalChar": ","}),
    ("boolean", "1", True, ["true"], {}),
    ("year", "0999", 999, ["0999"], {}),
    ("date", "31.12.9999", None, ["9999-12-31"], {"format": "%d.%m.%Y"}),
    ("datetime", "2024-01-31T00:00:00+00:00", "2024-01-31T00:00:00+00:00",
     ["2024-01-31T00:00:00Z"], {}),
]  # fmt: skip


@pytest.mark.parametrize(("field_type", "text", "_", "marks", "members"), MARKED)
def test_another_spelling_of_a_mark_is_missing_too(
    field_type: str, text: str, _: object, marks: list[str], members: dict[str, str]
) -> None:
    assert cell(text, field_type, missingValues=marks, **members) is None


@pytest.mark.parametrize(
    ("field_type", "value", "marks", "members"),
    [(kind, value, marks, members) for kind, _, value, marks, members in MARKED if value],
)
def test_a_json_value_that_is_written_like_a_mark_is_missing(
    field_type: str, value: object, marks: list[str], members: dict[str, str]
) -> None:
    assert member(value, field_type, missingValues=marks, **members) is None


def test_texts_are_missing_by_their_own_spelling_alone() -> None:
    assert cell("-0999", "string", missingValues=["-999"]) == "-0999"
    assert cell("-0999", "any", missingValues=["-999"]) == "-0999"
    assert member("-999", "string", missingValues=["-999"]) == "-999"
    assert member(-999, "any", missingValues=["-999"]) == -999


def test_a_marked_value_becomes_the_default_and_is_counted_as_such() -> None:
    schema = schema_of(
        {"name": "a", "type": "integer", "missingValues": ["-1"], "gristmill": {"default": 7}}
    )

    (of_cell,) = check_rows(schema, ["a"], ["-01"])
    (of_member,) = check_objects(schema, {"a": -1})

    for row in (of_cell, of_member):
        assert row.values == (7,)
        assert [str(change.rule) for change in row.changes] == ["default"]


def test_a_marked_value_is_none_where_one_is_required() -> None:
    schema = schema_of(
        {"name": "a", "type": "number", "missingValues": ["0"], "constraints": {"required": True}}
    )

    (row,) = check_rows(schema, ["a"], ["0.00"])

    assert codes(row) == [("a", "required")]
