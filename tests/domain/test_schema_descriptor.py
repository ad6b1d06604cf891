"""Which descriptors are schemas, and everything that is said about those that are not."""

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.schema import FieldsMatch, FieldType
from domain.schema_descriptor import MAX_FIELDS, parse_schema
from domain.schema_faults import InvalidSchemaError
from tests.domain.schemas import BacktrackingPatterns, field_of, schema_of

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYWORDS = st.sampled_from(
    ["name", "type", "format", "constraints", "missingValues", "groupChar", "decimalChar",
     "bareNumber", "trueValues", "falseValues", "fields", "primaryKey", "uniqueKeys",
     "fieldsMatch", "required", "minimum", "maximum", "minLength", "maxLength", "pattern", "enum"]
)  # fmt: skip
TYPES = st.sampled_from(list(FieldType)).map(str)


def faults_of(descriptor: object) -> list[tuple[str, str]]:
    """Pointer and code of each fault."""
    with pytest.raises(InvalidSchemaError) as refusal:
        parse_schema(descriptor, patterns=BacktrackingPatterns())
    return [(fault.pointer, fault.code) for fault in refusal.value.faults]


def field_faults(**members: Any) -> list[tuple[str, str]]:
    """Pointer, from the field on, and code of each fault of the field `x`."""
    found = faults_of({"fields": [{"name": "x", **members}]})
    return [(pointer.removeprefix("/fields/0"), code) for pointer, code in found]


def test_a_whole_schema_is_read() -> None:
    schema = schema_of(
        {"name": "id", "type": "integer", "constraints": {"required": True, "unique": True}},
        {"name": "day", "type": "date", "format": "%d/%m/%Y", "title": "Day", "rdfType": "x"},
        {"name": "note"},
        primaryKey="id",
        uniqueKeys=[["id", "day"], "note"],
        fieldsMatch="subset",
        missingValues=["", {"value": "n/a", "label": "Not asked"}],
        title="Days",
    )

    assert [field.type for field in schema.fields] == ["integer", "date", "any"]
    assert schema.primary_key == ("id",)
    assert schema.unique_keys == (("id", "day"), ("note",))
    assert schema.fields_match is FieldsMatch.SUBSET
    assert schema.fields[1].missing_values == ("", "n/a")
    assert schema.fields[0].constraints.required


def test_columns_must_match_exactly_unless_the_schema_says_otherwise() -> None:
    assert schema_of("a").fields_match is FieldsMatch.EXACT
    assert schema_of("a", fieldsMatch=["partial"]).fields_match is FieldsMatch.PARTIAL


def test_a_fields_own_missing_values_replace_the_schemas() -> None:
    schema = schema_of({"name": "a", "missingValues": ["-"]}, "b", missingValues=["x"])

    assert [field.missing_values for field in schema.fields] == [("-",), ("x",)]


@pytest.mark.parametrize(
    ("descriptor", "fault"),
    [
        ([], ("", "wrong_type")),
        ({}, ("", "missing_keyword")),
        ({"fields": {}}, ("/fields", "wrong_type")),
        ({"fields": []}, ("/fields", "invalid_value")),
        ({"fields": ["a"]}, ("/fields/0", "wrong_type")),
        ({"fields": [{}]}, ("/fields/0", "missing_keyword")),
        ({"fields": [{"name": 1}]}, ("/fields/0/name", "wrong_type")),
        ({"fields": [{"name": " "}]}, ("/fields/0/name", "invalid_value")),
        ({"fields": [{"name": "a\x00"}]}, ("/fields/0/name", "invalid_value")),
        ({"fields": [{"name": "\ud800"}]}, ("", "invalid_value")),
        ({"fields": [{"name": "a"}, {"name": "a"}]}, ("/fields/1/name", "duplicate_field")),
        ({"fields": [{"name": "a"}], "foreignKeys": []}, ("/foreignKeys", "unsupported_keyword")),
        ({"fields": [{"name": "a"}], "gristmill": {}}, ("/gristmill", "unsupported_keyword")),
        ({"fields": [{"name": "a"}], "a/b~c": 1}, ("/a~1b~0c", "unsupported_keyword")),
        ({"fields": [{"name": "a"}], "fieldsMatch": "loose"}, ("/fieldsMatch", "invalid_value")),
        ({"fields": [{"name": "a"}], "fieldsMatch": []}, ("/fieldsMatch", "invalid_value")),
        ({"fields": [{"name": "a"}], "fieldsMatch": [{}]}, ("/fieldsMatch", "invalid_value")),
        ({"fields": [{"name": "a"}], "missingValues": "-"}, ("/missingValues", "wrong_type")),
        ({"fields": [{"name": "a"}], "missingValues": [1]}, ("/missingValues/0", "wrong_type")),
        (
            {"fields": [{"name": "a"}], "missingValues": [{"value": "", "colour": "red"}]},
            ("/missingValues/0", "wrong_type"),
        ),
        ({"fields": [{"name": "a"}], "primaryKey": "b"}, ("/primaryKey", "unknown_field")),
        ({"fields": [{"name": "a"}], "primaryKey": []}, ("/primaryKey", "wrong_type")),
        ({"fields": [{"name": "a"}], "primaryKey": [1]}, ("/primaryKey", "wrong_type")),
        ({"fields": [{"name": "a"}], "primaryKey": ["a", "a"]}, ("/primaryKey", "invalid_value")),
        ({"fields": [{"name": "a"}], "uniqueKeys": "a"}, ("/uniqueKeys", "wrong_type")),
        ({"fields": [{"name": "a"}], "uniqueKeys": [["b"]]}, ("/uniqueKeys/0", "unknown_field")),
    ],
)
def test_a_schema_is_refused_with_the_place_of_its_fault(
    descriptor: object, fault: tuple[str, str]
) -> None:
    assert faults_of(descriptor) == [fault]


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        ({"type": "geopoint"}, ("/type", "unsupported_type")),
        ({"type": "list"}, ("/type", "unsupported_type")),
        ({"type": 1}, ("/type", "wrong_type")),
        ({"type": "string", "format": "binary"}, ("/format", "unsupported_format")),
        ({"type": "integer", "format": "x"}, ("/format", "unsupported_format")),
        ({"type": "boolean", "format": "x"}, ("/format", "unsupported_format")),
        ({"type": "year", "format": "x"}, ("/format", "unsupported_format")),
        ({"type": "any", "format": "x"}, ("/format", "unsupported_format")),
        ({"type": "date", "format": "any"}, ("/format", "unsupported_format")),
        ({"type": "date", "format": "%Y-%m"}, ("/format", "unsupported_format")),
        ({"type": "date", "format": "%d %B %Y"}, ("/format", "unsupported_format")),
        ({"type": "date", "format": "%-d/%m/%Y"}, ("/format", "unsupported_format")),
        ({"type": "date", "format": "%d/%m/%Y %H"}, ("/format", "unsupported_format")),
        ({"type": "date", "format": "%d/%m/%Y%Y"}, ("/format", "unsupported_format")),
        ({"type": "date", "format": "%d/%m/%Y%y"}, ("/format", "unsupported_format")),
        ({"type": "date", "format": "%d/%m/%Y%"}, ("/format", "unsupported_format")),
        ({"type": "time", "format": "%I:%M"}, ("/format", "unsupported_format")),
        ({"type": "time", "format": "%H:%M %p"}, ("/format", "unsupported_format")),
        ({"type": "time", "format": "%H:%S"}, ("/format", "unsupported_format")),
        ({"type": "time", "format": "%H:%M.%f"}, ("/format", "unsupported_format")),
        ({"type": "datetime", "format": "%Y-%m-%d"}, ("/format", "unsupported_format")),
        ({"type": "string", "decimalChar": ","}, ("/decimalChar", "unsupported_keyword")),
        ({"type": "integer", "decimalChar": ","}, ("/decimalChar", "unsupported_keyword")),
        ({"type": "string", "categories": []}, ("/categories", "unsupported_keyword")),
        ({"type": "number", "decimalChar": ""}, ("/decimalChar", "invalid_value")),
        ({"type": "number", "decimalChar": "5"}, ("/decimalChar", "invalid_value")),
        ({"type": "number", "groupChar": "-"}, ("/groupChar", "invalid_value")),
        ({"type": "number", "groupChar": "e"}, ("/groupChar", "invalid_value")),
        ({"type": "number", "groupChar": "."}, ("/groupChar", "contradiction")),
        ({"type": "number", "bareNumber": "no"}, ("/bareNumber", "wrong_type")),
        ({"type": "boolean", "trueValues": "yes"}, ("/trueValues", "wrong_type")),
        ({"type": "boolean", "trueValues": [1]}, ("/trueValues/0", "wrong_type")),
        ({"type": "boolean", "trueValues": ["0"]}, ("/falseValues", "contradiction")),
        ({"missingValues": [None]}, ("/missingValues/0", "wrong_type")),
        ({"constraints": []}, ("/constraints", "wrong_type")),
    ],
)
def test_a_field_is_refused_with_the_place_of_its_fault(
    members: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert field_faults(**members) == [fault]


@pytest.mark.parametrize(
    ("field_type", "constraints", "place", "code"),
    [
        ("string", {"jsonSchema": {}}, "/jsonSchema", "unsupported_constraint"),
        ("string", {"minimum": "a"}, "/minimum", "unsupported_constraint"),
        ("integer", {"pattern": "1"}, "/pattern", "unsupported_constraint"),
        ("integer", {"minLength": 1}, "/minLength", "unsupported_constraint"),
        ("any", {"minLength": 1}, "/minLength", "unsupported_constraint"),
        ("boolean", {"maximum": True}, "/maximum", "unsupported_constraint"),
        ("string", {"required": "yes"}, "/required", "wrong_type"),
        ("string", {"unique": 1}, "/unique", "wrong_type"),
        ("string", {"minLength": -1}, "/minLength", "wrong_type"),
        ("string", {"maxLength": 1.5}, "/maxLength", "wrong_type"),
        ("string", {"maxLength": True}, "/maxLength", "wrong_type"),
        ("string", {"minLength": 3, "maxLength": 2}, "/minLength", "contradiction"),
        ("string", {"pattern": "("}, "/pattern", "invalid_pattern"),
        ("string", {"pattern": "(?=a)"}, "/pattern", "invalid_pattern"),
        ("string", {"pattern": 1}, "/pattern", "wrong_type"),
        ("string", {"enum": []}, "/enum", "invalid_value"),
        ("string", {"enum": "a"}, "/enum", "wrong_type"),
        ("string", {"enum": ["a", 1]}, "/enum/1", "invalid_value"),
        ("integer", {"enum": [1, 1.5]}, "/enum/1", "invalid_value"),
        ("integer", {"minimum": "a"}, "/minimum", "invalid_value"),
        ("integer", {"minimum": None}, "/minimum", "invalid_value"),
        ("integer", {"minimum": True}, "/minimum", "invalid_value"),
        ("number", {"maximum": float("nan")}, "/maximum", "invalid_value"),
        ("date", {"maximum": "2024-02-30"}, "/maximum", "invalid_value"),
        ("integer", {"minimum": 2, "maximum": 1}, "/minimum", "contradiction"),
        ("integer", {"minimum": 1, "exclusiveMaximum": 1}, "/minimum", "contradiction"),
        ("number", {"exclusiveMinimum": 1, "maximum": 1}, "/exclusiveMinimum", "contradiction"),
        (
            "date",
            {"exclusiveMinimum": "2024-01-01", "exclusiveMaximum": "2024-01-01"},
            "/exclusiveMinimum",
            "contradiction",
        ),
    ],
)
def test_a_constraint_is_refused_with_its_place(
    field_type: str, constraints: dict[str, Any], place: str, code: str
) -> None:
    assert field_faults(type=field_type, constraints=constraints) == [
        (f"/constraints{place}", code)
    ]


def test_all_faults_are_named_at_once() -> None:
    found = faults_of(
        {
            "fields": [
                {"name": "a", "type": "point", "format": "x"},
                {"name": "b", "type": "date", "constraints": {"minimum": "x", "pattern": "y"}},
            ],
            "primaryKey": "c",
            "foreignKeys": [],
        }
    )

    assert found == [
        ("/foreignKeys", "unsupported_keyword"),
        ("/fields/0/type", "unsupported_type"),
        ("/fields/1/constraints/pattern", "unsupported_constraint"),
        ("/fields/1/constraints/minimum", "invalid_value"),
        ("/primaryKey", "unknown_field"),
    ]


def test_a_refusal_names_what_it_refuses() -> None:
    with pytest.raises(InvalidSchemaError) as refusal:
        schema_of({"name": "a", "type": "date", "constraints": {"minLength": 1}})

    assert str(refusal.value) == (
        'schema, at "/fields/0/constraints/minLength": '
        '"minLength" is not supported for the type date'
    )


def test_a_refusal_counts_the_other_faults() -> None:
    with pytest.raises(InvalidSchemaError, match=r"\(and 1 more faults\)$"):
        schema_of({"name": "a", "type": "point"}, foreignKeys=[])


def test_bounds_may_leave_one_value_and_a_length_may_be_nothing() -> None:
    lengths = field_of("string", constraints={"minLength": 0, "maxLength": 0}).constraints
    bounds = field_of("integer", constraints={"minimum": 1, "maximum": 1}).constraints

    assert (lengths.min_length, lengths.max_length) == (0, 0)
    assert (bounds.minimum, bounds.maximum) == (1, 1)


def test_a_schema_has_a_largest_number_of_fields() -> None:
    too_many = [{"name": f"f{number}"} for number in range(MAX_FIELDS + 1)]

    assert faults_of({"fields": too_many}) == [("/fields", "invalid_value")]
    assert len(schema_of(*too_many[:-1]).fields) == MAX_FIELDS


@pytest.mark.parametrize(
    ("field_type", "members", "written", "typed"),
    [
        ("integer", {}, 5, 5),
        ("integer", {}, "5", 5),
        ("number", {}, 0.1, Decimal("0.1")),
        ("number", {"decimalChar": ","}, "0,1", Decimal("0.1")),
        ("date", {"format": "%d/%m/%Y"}, "05/01/2024", date(2024, 1, 5)),
        ("date", {"format": "%d/%m/%Y"}, "2024-01-05", date(2024, 1, 5)),
        ("datetime", {}, "2024-01-05T00:00:00", datetime(2024, 1, 5)),  # noqa: DTZ001
        ("year", {}, 2024, 2024),
        ("year", {}, "2024", 2024),
    ],
)
def test_a_bound_is_written_as_json_or_as_a_cell(
    field_type: str, members: dict[str, Any], written: object, typed: object
) -> None:
    field = field_of(field_type, **members, constraints={"minimum": written, "enum": [written]})

    assert field.constraints.minimum == typed
    assert field.constraints.enum == (typed,)


def test_a_null_among_the_allowed_values_is_refused_with_its_place() -> None:
    descriptor = {"fields": [{"name": "x", "type": "date", "constraints": {"enum": [None]}}]}

    with pytest.raises(InvalidSchemaError) as caught:
        parse_schema(descriptor, patterns=BacktrackingPatterns())

    assert [fault.pointer for fault in caught.value.faults] == ["/fields/0/constraints/enum/0"]


@given(
    st.dictionaries(KEYWORDS, JSON_VALUES, max_size=4),
    st.lists(st.dictionaries(KEYWORDS, JSON_VALUES | TYPES, max_size=5) | JSON_VALUES, max_size=3),
    TYPES,
    st.dictionaries(KEYWORDS, JSON_VALUES, max_size=5),
)
def test_any_json_is_a_schema_or_is_refused(
    members: dict[str, Any], fields: list[Any], field_type: str, constraints: dict[str, Any]
) -> None:
    typed = {"name": "x", "type": field_type, "constraints": constraints}

    descriptor = {**members, "fields": [*fields, typed]}

    with suppress(InvalidSchemaError):
        assert parse_schema(descriptor, patterns=BacktrackingPatterns()).fields
