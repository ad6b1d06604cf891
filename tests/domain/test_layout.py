"""How a header is matched against a schema."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.layout import HeaderMatch, layout_of_members, layout_without_header, match_header
from domain.schema import FieldsMatch, Schema
from tests.domain.schemas import laid_out, schema_of

NAMES = st.lists(st.sampled_from(["a", "b", "c", "", "x", "A"]), max_size=5)


def schema(mode: str, **members: Any) -> Schema:
    return schema_of("a", "b", fieldsMatch=mode, **members)


def faults_of(match: HeaderMatch) -> list[tuple[str, str | None, int | None]]:
    return [(fault.code, fault.column, fault.position) for fault in match.faults]


@pytest.mark.parametrize(
    ("mode", "header", "columns"),
    [
        ("exact", ["a", "b"], ["a", "b"]),
        ("equal", ["b", "a"], ["a", "b"]),
        ("subset", ["x", "b", "a"], ["a", "b", "x"]),
        ("superset", ["b"], ["b"]),
        ("partial", ["x", "b"], ["b", "x"]),
    ],
)
def test_columns_come_in_the_schemas_order_and_others_after_them(
    mode: str, header: list[str], columns: list[str]
) -> None:
    layout = laid_out(match_header(schema(mode), header))

    assert [column.name for column in layout.columns] == columns
    assert [header[column.source] for column in layout.columns] == columns


@pytest.mark.parametrize(
    ("mode", "header", "faults"),
    [
        ("exact", ["a"], [("field_missing", "b", None)]),
        ("exact", ["a", "b", "x"], [("field_unknown", "x", 3)]),
        ("exact", ["b", "a"], [("field_missing", "a", 1), ("field_missing", "b", 2)]),
        ("exact", ["a", "B"], [("field_missing", "b", None), ("field_unknown", "B", 2)]),
        ("exact", ["a", "", "b"], [("header_blank", "", 2)]),
        ("equal", ["a", "a", "b"], [("header_duplicate", "a", 2)]),
        ("equal", ["b"], [("field_missing", "a", None)]),
        ("subset", ["b", "x"], [("field_missing", "a", None)]),
        ("subset", ["a", "b", "b"], [("header_duplicate", "b", 3)]),
        ("superset", ["a", "x"], [("field_unknown", "x", 2)]),
        ("superset", [" ", "a"], [("header_blank", " ", 1)]),
        ("partial", ["x"], [("field_missing", "a", None), ("field_missing", "b", None)]),
    ],
)
def test_a_header_that_rows_cannot_be_assigned_by_is_refused(
    mode: str, header: list[str], faults: list[tuple[str, str | None, int | None]]
) -> None:
    match = match_header(schema(mode), header)

    assert match.layout is None
    assert faults_of(match) == faults
    assert match.file_error is not None
    assert match.file_error.code == faults[0][0]


@pytest.mark.parametrize("mode", ["superset", "partial"])
def test_a_field_that_every_row_needs_may_not_be_absent(mode: str) -> None:
    required = schema_of(
        "a", {"name": "b", "type": "string", "constraints": {"required": True}}, fieldsMatch=mode
    )

    assert faults_of(match_header(required, ["a"])) == [("field_missing", "b", None)]
    assert faults_of(match_header(schema(mode, primaryKey="b"), ["a"])) == [
        ("field_missing", "b", None)
    ]


def test_a_unique_key_over_an_absent_column_is_not_checked() -> None:
    layout = laid_out(match_header(schema("superset", uniqueKeys=[["a", "b"], ["a"]]), ["a"]))

    assert layout.unique_keys == (("a",),)


@pytest.mark.parametrize("mode", ["subset", "partial"])
def test_blank_and_repeated_names_do_no_harm_beside_the_schemas(mode: str) -> None:
    match = match_header(schema(mode), ["a", "x", "b", "", "x"])

    assert [column.name for column in laid_out(match).columns] == ["a", "b", "x", "", "x"]
    assert faults_of(match) == [("header_blank", "", 4), ("header_duplicate", "x", 5)]
    assert match.file_error is None


def test_without_a_schema_any_header_does_and_its_faults_are_told() -> None:
    match = match_header(None, ["b", "", "b"])

    assert [column.name for column in laid_out(match).columns] == ["b", "", "b"]
    assert faults_of(match) == [("header_blank", "", 2), ("header_duplicate", "b", 3)]


@pytest.mark.parametrize("mode", list(FieldsMatch))
def test_nameless_columns_at_the_end_are_reported_and_are_none(mode: FieldsMatch) -> None:
    for rules in (None, schema(mode)):
        match = match_header(rules, ["a", "b", "", " "])

        assert [column.name for column in laid_out(match).columns] == ["a", "b"]
        assert laid_out(match).header == ("a", "b")
        assert laid_out(match).spare == 2
        assert faults_of(match) == [("header_blank", "", 3), ("header_blank", " ", 4)]


def test_one_more_fault_of_the_header_is_one() -> None:
    error = match_header(schema("exact"), ["x", "b", ""]).file_error

    assert error is not None
    assert error.message.endswith("(and 2 more faults of the header)")
    error = match_header(schema("subset"), ["b", ""]).file_error
    assert error is not None
    assert error.message == 'there is no column "a" (and 1 more fault of the header)'


def test_the_file_error_tells_the_first_fault_and_how_many_more() -> None:
    error = match_header(schema("exact"), ["x", "b", "y"]).file_error

    assert error is not None
    assert error.message == 'there is no column "a" (and 2 more faults of the header)'


def test_a_column_in_the_wrong_place_is_told_what_is_there() -> None:
    fault = match_header(schema("exact"), ["b", "a"]).faults[0]

    assert fault.message == (
        'there is no column "a" at position 1, where it must be: "b" is there '
        '(fieldsMatch "equal" would take any order)'
    )


def test_a_file_without_header_has_the_schemas_columns_or_numbered_ones() -> None:
    assert layout_without_header(None, 3).header == ("c1", "c2", "c3")
    assert layout_without_header(schema("partial"), 3).header == ("a", "b")


def test_json_members_have_all_the_schemas_columns_and_others_where_allowed() -> None:
    names = ["x", "b", "\ud800", "x"]

    assert layout_of_members(schema("exact"), names).header == ("a", "b")
    assert layout_of_members(schema("superset"), names).header == ("a", "b")
    assert layout_of_members(schema("subset"), names).header == ("a", "b", "x")
    assert layout_of_members(None, names).header == ("x", "b")


def test_the_report_names_columns_and_their_types() -> None:
    typed = schema_of({"name": "a", "type": "integer"}, fieldsMatch="subset")
    columns = laid_out(match_header(typed, ["x", "a"])).report_columns

    assert [(column.name, column.type) for column in columns] == [("a", "integer"), ("x", "any")]


@given(NAMES)
def test_the_modes_accept_what_the_standard_says(header: list[str]) -> None:
    fields = {"a", "b"}
    while header and not header[-1]:
        header.pop()
    is_distinct = len(set(header)) == len(header) and "" not in header
    expected = {
        FieldsMatch.EXACT: header == ["a", "b"],
        FieldsMatch.EQUAL: tuple(header) in set(permutations(["a", "b"])),
        FieldsMatch.SUBSET: fields <= set(header),
        FieldsMatch.SUPERSET: set(header) <= fields and bool(header) and is_distinct,
        FieldsMatch.PARTIAL: bool(fields & set(header)),
    }

    for mode, is_match in expected.items():
        match = match_header(schema(mode), header)
        is_ambiguous = any(header.count(name) > 1 for name in fields)
        assert (match.layout is not None) == (is_match and not is_ambiguous), mode
