"""Under which names a field is found in a file, and under which it is written."""

from typing import Any

import pytest

from domain.layout import layout_of_members, layout_without_header, match_header
from domain.schema import Schema
from domain.transform import Change, Rule
from tests.domain.schemas import check_objects, check_rows, codes, laid_out, only_error, schema_of

MAIL = {"name": "email", "type": "string", "gristmill": {"aliases": ["E-Mail", "mail"]}}


def people(mode: str = "exact", **rules: Any) -> Schema:
    total = {"name": "total", "type": "integer", "gristmill": rules}
    return schema_of(MAIL, total, fieldsMatch=mode)


@pytest.mark.parametrize("name", ["email", "E-Mail", "mail"])
def test_a_column_is_known_by_any_name_of_its_field(name: str) -> None:
    layout = laid_out(match_header(people(), [name, "total"]))

    assert layout.header == ("email", "total")
    assert [column.name for column in layout.columns] == ["email", "total"]


def test_errors_name_a_column_as_the_schema_does() -> None:
    (row,) = check_rows(people(), ["E-Mail", "total"], ["a", "x"])
    (short,) = check_rows(people("equal"), ["total", "E-Mail"], ["1"])

    assert codes(row) == [("total", "type_error")]
    assert codes(short) == [("email", "missing_cell")]


def test_two_columns_of_one_field_are_a_duplicate() -> None:
    match = match_header(people("subset"), ["mail", "total", "E-Mail"])

    assert match.layout is None
    (fault,) = match.faults
    assert (fault.code, fault.column, fault.position) == ("header_duplicate", "email", 3)
    assert fault.message == 'columns 1 and 3 are both named "email" (as "mail" and "E-Mail")'


def test_a_missing_field_is_told_by_its_own_name() -> None:
    match = match_header(people("equal"), ["total", "e-mail"])

    assert [(fault.code, fault.column) for fault in match.faults] == [
        ("field_missing", "email"),
        ("field_unknown", "e-mail"),
    ]


def test_columns_under_aliases_must_stand_in_order_where_order_counts() -> None:
    assert match_header(people(), ["total", "mail"]).layout is None
    assert match_header(people("equal"), ["total", "mail"]).layout is not None


def test_a_renamed_column_has_its_new_name_in_the_outputs_alone() -> None:
    layout = layout_without_header(people(rename="sum"), 2)

    assert [column.name for column in layout.columns] == ["email", "total"]
    assert [column.name for column in layout.report_columns] == ["email", "sum"]


def test_a_dropped_column_is_judged_and_not_written() -> None:
    layout = layout_without_header(people(drop=True), 2)
    (bad,) = check_rows(people(drop=True), ["email", "total"], ["a", "x"])

    assert [column.name for column in layout.output_columns] == ["email"]
    assert layout.output_positions == (0,)
    assert codes(bad) == [("total", "type_error")]


def test_a_column_beside_the_schemas_may_not_have_a_fields_new_name_unseen() -> None:
    match = match_header(people("subset", rename="sum"), ["email", "sum", "total"])

    assert match.layout is not None
    (fault,) = match.faults
    assert (fault.code, fault.column, fault.position) == ("header_duplicate", "sum", 2)
    assert fault.message == 'columns 2 and 3 are both named "sum" in the outputs'


def test_a_file_with_dropped_columns_alone_lacks_the_others() -> None:
    match = match_header(people("superset", drop=True), ["total"])

    assert match.layout is None
    assert [(fault.code, fault.column) for fault in match.faults] == [("field_missing", "email")]


def test_members_of_json_are_known_by_any_name_of_their_field() -> None:
    rows = check_objects(people(), {"email": "a", "total": 1}, {"total": 2, "mail": "b"})

    assert [row.values for row in rows] == [("a", 1), ("b", 2)]


def test_an_alias_is_no_column_of_its_own() -> None:
    layout = layout_of_members(people("subset"), ["mail", "x", "total"])

    assert [column.name for column in layout.columns] == ["email", "total", "x"]


def test_a_member_under_two_of_its_fields_names_is_there_twice() -> None:
    schema = schema_of(MAIL, "total", primaryKey="total")

    twice, again = check_objects(
        schema, {"mail": "a", "total": "1", "email": "b"}, {"mail": "a", "total": "1"}
    )

    error = only_error(twice)
    assert (error.column, error.code) == (None, "duplicate_key")
    assert error.message == 'the member "email", as "mail" and "email", is there more than once'
    assert again.is_accepted


def test_a_column_that_is_not_in_the_file_has_its_default_in_every_row() -> None:
    schema = schema_of(
        {"name": "a", "type": "integer"},
        {
            "name": "b",
            "type": "string",
            "constraints": {"required": True},
            "gristmill": {"default": "x"},
        },
        "c",
        fieldsMatch="superset",
        uniqueKeys=[["a", "b"]],
    )

    first, second = check_rows(schema, ["a"], ["1"], ["1"])

    assert laid_out(match_header(schema, ["a"])).columns[1].source is None
    assert first.values == (1, "x")
    assert first.changes == (Change("b", Rule.DEFAULT),)
    assert codes(second) == [(None, "unique")]


def test_a_default_is_no_reason_to_lack_a_column_that_must_be_there() -> None:
    schema = schema_of("a", {"name": "b", "type": "string", "gristmill": {"default": "x"}})

    assert match_header(schema, ["a"]).layout is None
