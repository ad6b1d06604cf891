"""What a sample says about the schema of its file."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from domain.inference import infer_from_objects, infer_from_records
from domain.inferred_field import infer_from_json, infer_from_texts
from domain.inferred_schema import FieldEvidence, InferredSchema


def field_of(texts: Sequence[str | None]) -> dict[str, object]:
    """What is said of a column of these cells, apart from its name and that it is required."""
    members = dict(infer_from_texts("a", texts).descriptor)
    del members["name"]
    constraints = dict(members.pop("constraints", {}))  # type: ignore[call-overload]  # an object
    constraints.pop("required", None)
    return members | ({"constraints": constraints} if constraints else {})


def evidence_of(texts: Sequence[str | None]) -> FieldEvidence:
    return infer_from_texts("a", texts).evidence


def table(**columns: Sequence[str | None]) -> InferredSchema:
    return infer_from_records([*columns], [*zip(*columns.values(), strict=True)])


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1", "-2", "+3"], {"type": "integer"}),
        (["0", "1"], {"type": "integer"}),
        (["1", "2.50"], {"type": "number"}),
        (["1,234,567", "1"], {"type": "integer", "groupChar": ","}),
        (["1,234.5"], {"type": "number", "groupChar": ","}),
        (["12,5", "3"], {"type": "number", "decimalChar": ","}),
        (["1.234,50"], {"type": "number", "decimalChar": ",", "groupChar": "."}),
        (["1.234.567"], {"type": "integer", "groupChar": "."}),
        (["1 234", "5"], {"type": "integer", "groupChar": " "}),
        (["1 234,5"], {"type": "number", "decimalChar": ",", "groupChar": " "}),
        (["1'234.50"], {"type": "number", "groupChar": "'"}),
        (["true", "FALSE"], {"type": "boolean"}),
        (
            ["Yes", "no"],
            {
                "type": "boolean",
                "trueValues": ["yes", "Yes", "YES"],
                "falseValues": ["no", "No", "NO"],
            },
        ),
        (["2024-01-31"], {"type": "date"}),
        (["31.12.2024", "01.02.2024"], {"type": "date", "format": "%d.%m.%Y"}),
        (["31/12/2024", "01/02/2024"], {"type": "date", "format": "%d/%m/%Y"}),
        (["12/31/2024", "01/02/2024"], {"type": "date", "format": "%m/%d/%Y"}),
        (["31-Dec-2024"], {"type": "date", "format": "%d-%b-%Y"}),
        (["2024-01-31T12:00:00Z"], {"type": "datetime"}),
        (["2024-01-31 12:00:00"], {"type": "datetime", "format": "%Y-%m-%d %H:%M:%S"}),
        (["12/31/2024 1:00 PM"], {"type": "string"}),
        (["12/31/2024 01:00 PM"], {"type": "datetime", "format": "%m/%d/%Y %I:%M %p"}),
        (["12:00:00"], {"type": "time"}),
        (["12:30"], {"type": "time", "format": "%H:%M"}),
        (["a@b.c", "d@e.f"], {"type": "string", "format": "email"}),
        (["https://a.b/c?d"], {"type": "string", "format": "uri"}),
        (["123e4567-e89b-12d3-a456-426614174000"], {"type": "string", "format": "uuid"}),
        ([None, None], {"type": "any"}),
        ([], {"type": "any"}),
    ],
)
def test_a_column_gets_the_narrowest_type_that_reads_all_its_cells(
    texts: list[str | None], expected: dict[str, object]
) -> None:
    assert field_of(texts) == expected


@pytest.mark.parametrize(
    "texts",
    [
        ["007", "123"],
        ["10.10.10.100"],
        ["12,34,567"],
        ["yes"],
        ["y", "no"],
        ["note:this"],
        [" 1"],
        ["2023-02-29"],
        ["31/12/2024", "12/31/2024"],
        ["1.5", "1,5"],
        ["9" * 400],
    ],
)
def test_what_no_type_reads_for_certain_is_a_string(texts: list[str]) -> None:
    assert field_of(texts) == {"type": "string"}


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("03/04/2024", "date %d/%m/%Y or date %m/%d/%Y"),
        ("1,234", 'integer groupChar "," or number decimalChar ","'),
    ],
)
def test_what_can_mean_two_things_is_left_a_string_and_said(text: str, meanings: str) -> None:
    found = infer_from_texts("a", [text])

    assert found.descriptor["type"] == "string"
    assert found.evidence.doubts == (
        f'"{text}" and all others could be {meanings}; it is left a string',
    )


@pytest.mark.parametrize(
    ("texts", "example", "loss"),
    [
        (["+49301234", "30", "+49301236"], "+49301234", "integer would lose its plus"),
        (["+49.5", "1.5"], "+49.5", "number would lose its plus"),
        (["+49 301 234"], "+49 301 234", 'integer groupChar " " would lose its plus'),
        (["+49301234", None, "NA"], "+49301234", "integer would lose its plus"),
        (["1E5", "2E7", "10E3"], "1E5", "number would lose its spelling"),
        (["100", "1e5"], "1e5", "number would lose its spelling"),
    ],
)
def test_what_can_be_a_code_is_left_a_string_and_said(
    texts: list[str | None], example: str, loss: str
) -> None:
    found = infer_from_texts("a", texts)

    assert found.descriptor["type"] == "string"
    assert found.evidence.doubts == (
        f'"{example}" could be a code, and as {loss}; it is left a string',
    )


@pytest.mark.parametrize(
    "texts", [["+1.5", "-0.5"], ["1E5", "2.5"], ["1E+5", "2E7"], ["1e-5", "3"]]
)
def test_numbers_that_no_code_looks_like_are_numbers(texts: list[str]) -> None:
    assert field_of(texts) == {"type": "number"}


def test_markers_are_missing_values_where_the_others_have_a_type() -> None:
    found = infer_from_texts("a", ["1", "NA", None, "-", "2"])

    assert found.descriptor == {"name": "a", "type": "integer", "missingValues": ["", "NA", "-"]}
    assert (found.evidence.values, found.evidence.missing) == (2, 3)


def test_among_strings_a_marker_is_a_string() -> None:
    found = infer_from_texts("country", ["NA", "DE", "FR"])

    assert found.descriptor == {
        "name": "country",
        "type": "string",
        "constraints": {"required": True},
    }


def test_a_doubt_is_told_although_there_are_markers() -> None:
    assert evidence_of(["03/04/2024", "NA"]).doubts == evidence_of(["03/04/2024"]).doubts


def test_few_strings_that_come_again_and_again_are_all_there_are() -> None:
    assert field_of(["open", "sent"] * 5) == {
        "type": "string",
        "constraints": {"enum": ["open", "sent"]},
    }
    assert field_of([*["open", "sent"] * 5, "back"]) == {"type": "string"}
    assert field_of([f"x{n % 21}" for n in range(210)]) == {"type": "string"}


def test_the_evidence_shows_why_no_narrower_type_was_taken() -> None:
    found = evidence_of(["1", "2.5", "2.5", None])

    assert found.values == 3
    assert (found.missing, found.distinct, found.examples) == (1, 2, ("1", "2.5"))
    assert found.reason == "all 3 values read as number"
    assert [(it.type, it.example, it.reason) for it in found.alternatives] == [
        ("integer", "2.5", "is not an integer")
    ]


def test_the_reason_against_a_number_is_the_zero_that_it_would_lose() -> None:
    alternatives = evidence_of(["12", "007"]).alternatives

    assert (alternatives[0].example, alternatives[0].reason) == (
        "007",
        "begins with a zero that a number would lose",
    )


@pytest.mark.parametrize(
    ("columns", "key"),
    [
        ({"order_id": ["1", "2", "3"], "id": ["1", "2", "3"]}, "order_id"),
        ({"name": ["a", "a", "b"], "customerId": ["1", "2", "3"]}, "customerId"),
        ({"code": ["x", "y", "z"], "n": ["1", "2", "3"]}, "code"),
        ({"name": ["a", "a", "b"], "price": ["1", "2", "3"]}, None),
        ({"id": ["1", "2", "1"]}, None),
        ({"id": ["1", "2", None]}, None),
        ({"id": ["1", "2"]}, None),
        ({"id": ["0", "-0", "2"]}, None),
        ({"id": ["1.5", "2", "3"]}, None),
    ],
)
def test_a_key_is_proposed_by_its_values_and_its_name(
    columns: dict[str, list[str | None]], key: str | None
) -> None:
    assert table(**columns).descriptor.get("primaryKey") == (None if key is None else [key])


def test_all_columns_that_could_be_keys_are_named() -> None:
    found = table(id=["1", "2", "3"], email=["a@b.c", "b@b.c", "c@b.c"], n=["1.5", "2", "3"])

    assert found.key_candidates == ("id", "email")


def test_columns_that_no_field_can_stand_for_are_left_out_and_allowed() -> None:
    found = infer_from_records(["a", "", "b", "b"], [["1", "2", "3", "4"]])

    assert [field["name"] for field in found.descriptor["fields"]] == ["a"]  # type: ignore[attr-defined]  # an array
    assert found.descriptor["fieldsMatch"] == ["subset"]
    assert found.omitted == ("", "b", "b")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, Decimal("2.0")], {"type": "integer"}),
        ([1, Decimal("2.5")], {"type": "number"}),
        ([True, False], {"type": "boolean"}),
        (["1", "2"], {"type": "string"}),
        (["NA", "NA"], {"type": "string"}),
        (["2024-01-31"], {"type": "date"}),
        (["31.12.2024"], {"type": "date", "format": "%d.%m.%Y"}),
        (["a@b.c"], {"type": "string", "format": "email"}),
        ([1, "1"], {"type": "any"}),
        ([[1], {"a": 1}], {"type": "any"}),
        ([10**400], {"type": "any"}),
        ([None], {"type": "any"}),
    ],
)
def test_in_json_the_kind_of_a_value_counts(values: list[Any], expected: dict[str, object]) -> None:
    members = dict(infer_from_json("a", values).descriptor)
    del members["name"]
    members.pop("constraints", None)

    assert members == expected


def test_a_member_that_is_absent_is_missing() -> None:
    found = infer_from_objects([{"a": 1}, {"a": 2, "b": None}, {"b": "x"}])

    assert found.descriptor["fields"] == [
        {"name": "a", "type": "integer"},
        {"name": "b", "type": "string"},
    ]


def test_the_evidence_is_plain_json() -> None:
    assert table(a=["x"]).evidence() == {
        "rows": 1,
        "keyCandidates": [],
        "omittedColumns": [],
        "fields": [
            {
                "name": "a",
                "values": 1,
                "missing": 0,
                "distinct": 1,
                "examples": ["x"],
                "reason": "the only value reads as string",
                "alternatives": [
                    {"type": "integer", "example": "x", "reason": "is not an integer"},
                    {"type": "number", "example": "x", "reason": "is not a decimal number"},
                    {
                        "type": "boolean",
                        "example": "x",
                        "reason": "is not one of true, True, TRUE, 1, false, False, FALSE, 0",
                    },
                    {"type": "date", "example": "x", "reason": "is not a date written YYYY-MM-DD"},
                    {
                        "type": "datetime",
                        "example": "x",
                        "reason": "is not a date and time written YYYY-MM-DDThh:mm:ss",
                    },
                    {"type": "time", "example": "x", "reason": "is not a time written hh:mm:ss"},
                ],
                "doubts": [],
            }
        ],
    }
