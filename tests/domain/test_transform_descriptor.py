"""Which rules may stand under the key `gristmill`, and everything that is said about others."""

from typing import Any

import pytest

from domain.schema_descriptor import canonical_json, parse_schema
from domain.schema_faults import InvalidSchemaError, SchemaFault
from domain.transform import Case, Transform
from tests.domain.schemas import BacktrackingPatterns, field_of, schema_of


def faults_of(*fields: dict[str, Any], **keywords: Any) -> list[SchemaFault]:
    with pytest.raises(InvalidSchemaError) as refusal:
        parse_schema({"fields": list(fields), **keywords}, patterns=BacktrackingPatterns())
    return list(refusal.value.faults)


def places_of(*fields: dict[str, Any], **keywords: Any) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in faults_of(*fields, **keywords)]


def named(name: str, **rules: Any) -> dict[str, Any]:
    return {"name": name, "type": "string", "gristmill": rules}


def test_all_rules_of_a_field_are_read() -> None:
    field = field_of(
        "string",
        gristmill={
            "trim": True,
            "case": "upper",
            "default": "NONE",
            "aliases": ["X", "Ex"],
            "rename": "y",
            "drop": False,
        },
    )

    assert field.transform == Transform(
        trim=True, case=Case.UPPER, default="NONE", aliases=("X", "Ex"), rename="y"
    )
    assert field_of("string", gristmill={}).transform == Transform()


@pytest.mark.parametrize("name", ["_row", "_line", "_errors", "_raw"])
def test_clean_rows_get_no_name_of_the_columns_of_rejected_ones(name: str) -> None:
    assert places_of(named("a"), named("b", rename=name)) == [
        ("/fields/1/gristmill/rename", "invalid_value")
    ]
    assert schema_of(named(name)).fields[0].output_name == name


def test_a_default_may_be_written_as_json_or_as_in_a_cell() -> None:
    assert field_of("integer", gristmill={"default": 5}).transform.default == 5
    assert field_of("integer", gristmill={"default": "5"}).transform.default == 5
    assert field_of("boolean", gristmill={"default": False}).transform.default is False
    assert field_of("any", gristmill={"default": [1]}).transform.default == [1]


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        ({"gristmill": 1}, ("", "wrong_type")),
        ({"gristmill": {"trim": "left"}}, ("/trim", "wrong_type")),
        ({"gristmill": {"case": "title"}}, ("/case", "invalid_value")),
        ({"gristmill": {"case": 1}}, ("/case", "wrong_type")),
        ({"type": "date", "gristmill": {"case": "upper"}}, ("/case", "unsupported_keyword")),
        ({"gristmill": {"drop": 1}}, ("/drop", "wrong_type")),
        ({"gristmill": {"rename": ""}}, ("/rename", "invalid_value")),
        ({"gristmill": {"rename": None}}, ("/rename", "wrong_type")),
        ({"gristmill": {"aliases": "X"}}, ("/aliases", "wrong_type")),
        ({"gristmill": {"aliases": ["X", 1]}}, ("/aliases/1", "wrong_type")),
        ({"gristmill": {"aliases": ["X", " "]}}, ("/aliases/1", "invalid_value")),
        ({"gristmill": {"aliases": ["a\0"]}}, ("/aliases/0", "invalid_value")),
        ({"gristmill": {"aliases": ["x"]}}, ("/aliases/0", "contradiction")),
        ({"gristmill": {"aliases": ["X", "X"]}}, ("/aliases/1", "contradiction")),
        ({"gristmill": {"default": None}}, ("/default", "invalid_value")),
        ({"gristmill": {"default": 1}}, ("/default", "invalid_value")),
        ({"type": "integer", "gristmill": {"default": "x"}}, ("/default", "invalid_value")),
        (
            {"gristmill": {"default": "abc"}, "constraints": {"maxLength": 2}},
            ("/default", "invalid_value"),
        ),
        (
            {"gristmill": {"default": "a"}, "constraints": {"enum": ["b"]}},
            ("/default", "invalid_value"),
        ),
        ({"gristmill": {"default": ""}}, ("/default", "contradiction")),
        ({"gristmill": {"default": "-"}, "missingValues": ["-"]}, ("/default", "contradiction")),
        ({"gristmill": {"default": " a", "trim": True}}, ("/default", "contradiction")),
        ({"gristmill": {"default": "A", "case": "lower"}}, ("/default", "contradiction")),
        (
            {"gristmill": {"default": "A"}, "constraints": {"unique": True}},
            ("/default", "contradiction"),
        ),
        ({"gristmill": {"strip": True}}, ("/strip", "unsupported_keyword")),
        ({"gristmill": {"derive": "a + b"}}, ("/derive", "unsupported_keyword")),
        ({"gristmill": {"rules": []}}, ("/rules", "unsupported_keyword")),
    ],
)
def test_a_rule_is_refused_with_the_place_of_its_fault(
    members: dict[str, Any], fault: tuple[str, str]
) -> None:
    found = places_of({"name": "x", "type": "string", **members}, {"name": "other"})

    assert found == [(f"/fields/0/gristmill{fault[0]}", fault[1])]


def test_what_comes_later_is_refused_by_name() -> None:
    (derive,) = faults_of(named("x", derive="a + b"), {"name": "a"})
    (rules,) = faults_of({"name": "a"}, gristmill={"rules": ["a < b"]})

    assert "later" in derive.detail
    assert "later" in rules.detail
    assert rules.pointer == "/gristmill"


def test_a_default_says_which_constraint_it_breaks() -> None:
    field = {"name": "x", "type": "integer", "constraints": {"minimum": 3}}

    (fault,) = faults_of({**field, "gristmill": {"default": 2}})

    assert fault.detail == '"2" is less than 3'


def test_a_value_that_the_rules_never_leave_is_refused_in_an_enum() -> None:
    field = named("x", case="lower") | {"constraints": {"enum": ["red", "Blue"]}}

    (fault,) = faults_of(field)

    assert (fault.pointer, fault.code) == ("/fields/0/constraints/enum", "contradiction")
    assert fault.detail == '"Blue" can never be there: "gristmill" makes it "blue"'


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ([named("a", aliases=["b"]), named("b")], "/fields/0/gristmill/aliases/0"),
        ([named("a"), named("b", aliases=["B", "a"])], "/fields/1/gristmill/aliases/1"),
        ([named("a", aliases=["x"]), named("b", aliases=["x"])], "/fields/1/gristmill/aliases/0"),
        ([named("a", rename="b"), named("b")], "/fields/0/gristmill/rename"),
        ([named("a", rename="x"), named("b", rename="x")], "/fields/1/gristmill/rename"),
        ([named("a", drop=True, rename="x"), named("b")], "/fields/0/gristmill/rename"),
        ([named("a", drop=True), named("b", drop=True)], "/fields"),
    ],
)
def test_names_that_clash_are_a_contradiction(fields: list[dict[str, Any]], place: str) -> None:
    assert places_of(*fields) == [(place, "contradiction")]


def test_names_may_be_exchanged_and_those_of_dropped_fields_taken() -> None:
    schema = schema_of(
        named("a", rename="b"),
        named("b", rename="a"),
        named("c", drop=True),
        named("d", rename="c"),
    )

    assert [field.output_name for field in schema.fields] == ["b", "a", "c", "c"]


def test_a_default_is_refused_where_it_could_be_there_only_once() -> None:
    fields = [named("a", default="x"), named("b", default="x")]

    assert places_of(*fields, primaryKey="a") == [("/fields/0/gristmill/default", "contradiction")]
    assert places_of(*fields, uniqueKeys=["b"]) == [
        ("/fields/1/gristmill/default", "contradiction")
    ]
    assert schema_of(*fields, primaryKey=["a", "b"]).primary_key == ("a", "b")


def test_the_rules_belong_to_the_canonical_descriptor() -> None:
    plain, trimmed = schema_of({"name": "a"}), schema_of({"name": "a", "gristmill": {"trim": True}})

    assert canonical_json(plain.descriptor) != canonical_json(trimmed.descriptor)
    assert parse_schema(trimmed.descriptor, patterns=BacktrackingPatterns()) == trimmed
