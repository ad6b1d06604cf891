"""What is wrong with a record, and what it holds when nothing is."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.layout import match_header
from domain.row_error import RowError
from domain.row_validator import RowValidator
from domain.schema import Schema
from tests.domain.schemas import (
    MemoryKeyIndex,
    check_objects,
    check_rows,
    codes,
    laid_out,
    only_error,
    schema_of,
)

PEOPLE = schema_of(
    {"name": "id", "type": "integer"},
    {"name": "email", "type": "string", "format": "email", "constraints": {"required": True}},
    {"name": "born", "type": "date"},
    {"name": "score", "type": "number"},
    primaryKey="id",
)
HEADER = ["id", "email", "born", "score"]


def judge(text: str, field_type: str, **constraints: Any) -> RowError:
    """The one error of a cell under these constraints."""
    field = {"name": "x", "type": field_type, "constraints": constraints}
    (row,) = check_rows(schema_of(field, "other"), ["x", "other"], [text, ""])
    return only_error(row)


def test_a_good_record_gives_its_typed_values() -> None:
    (row,) = check_rows(PEOPLE, HEADER, ["7", "a@b.example", "2024-01-05", ""])

    assert row.is_accepted
    assert row.values == (7, "a@b.example", date(2024, 1, 5), None)


def test_a_bad_record_gives_all_its_errors_and_no_value() -> None:
    (row,) = check_rows(PEOPLE, HEADER, ["x", "", "2024-1-5", "12,5"])

    assert not row.is_accepted
    assert row.values == ()
    assert codes(row) == [
        ("id", "type_error"),
        ("email", "required"),
        ("born", "type_error"),
        ("score", "type_error"),
    ]


def test_an_error_says_where_and_why() -> None:
    (_, row) = check_rows(PEOPLE, HEADER, ["1", "a@b", "", ""], ["2", "a@b", "", "12,5"])

    assert only_error(row) == RowError(
        row=2,
        line=3,
        column="score",
        code="type_error",
        value="12,5",
        message='"12,5" is not a decimal number',
    )
    assert str(only_error(row)) == 'row 2, column "score": "12,5" is not a decimal number'


@pytest.mark.parametrize(
    ("text", "field_type", "constraints", "code", "message"),
    [
        ("", "string", {"required": True}, "required", "there must be a value"),
        ("ab", "string", {"minLength": 3}, "min_length",
         '"ab" has 2 characters, at least 3 are required'),
        ("\u00e9\U0001f600c", "string", {"maxLength": 2}, "max_length",
         '"\u00e9\U0001f600c" has 3 characters, at most 2 are allowed'),
        ("1", "integer", {"minimum": 2}, "minimum", '"1" is less than 2'),
        ("3.01", "number", {"maximum": 3}, "maximum", '"3.01" is more than 3'),
        ("2", "integer", {"exclusiveMinimum": 2}, "exclusive_minimum", '"2" is not more than 2'),
        ("2.0", "number", {"exclusiveMaximum": 2}, "exclusive_maximum",
         '"2.0" is not less than 2'),
        ("ab1", "string", {"pattern": "[a-z]+"}, "pattern", '"ab1" does not match [a-z]+'),
        ("ab\n", "string", {"pattern": "[a-z]+"}, "pattern", '"ab\\n" does not match [a-z]+'),
        ("pink", "string", {"enum": ["red", "blue"]}, "enum", '"pink" is not one of red, blue'),
        ("2024-01-05", "date", {"minimum": "2024-02-01"}, "minimum",
         '"2024-01-05" is less than 2024-02-01'),
        ("11:00:00+02:00", "time", {"minimum": "10:00:00Z"}, "minimum",
         '"11:00:00+02:00" is less than 10:00:00Z'),
        ("23:30:00-01:00", "time", {"minimum": "01:00:00"}, "minimum",
         '"23:30:00-01:00" is less than 01:00:00'),
        ("2024-01-01T00:00:00Z", "datetime", {"maximum": "2024-01-01T00:30:00+01:00"}, "maximum",
         '"2024-01-01T00:00:00Z" is more than 2024-01-01T00:30:00+01:00'),
        ("1999", "year", {"minimum": 2000}, "minimum", '"1999" is less than 2000'),
        ("true", "boolean", {"enum": [False]}, "enum", '"true" is not one of false'),
    ],
)  # fmt: skip
def test_each_constraint_has_its_code_and_message(
    text: str, field_type: str, constraints: dict[str, Any], code: str, message: str
) -> None:
    error = judge(text, field_type, **constraints)

    assert (error.code, error.message) == (code, message)


@pytest.mark.parametrize(
    ("text", "field_type", "constraints"),
    [
        ("", "string", {"minLength": 3, "pattern": "a", "enum": ["b"]}),
        ("", "integer", {"minimum": 3, "unique": True}),
        ("abc", "string", {"minLength": 3, "maxLength": 3, "pattern": "[a-c]+"}),
        ("2", "integer", {"minimum": 2, "maximum": 2}),
        ("23:30:00-01:00", "time", {"maximum": "01:00:00"}),
        ("1.0", "number", {"enum": [1]}),
        ("1", "any", {"enum": ["1"]}),
        ("2024-01-01T01:00:00+01:00", "datetime", {"enum": ["2024-01-01T00:00:00"]}),
    ],
)
def test_a_missing_value_or_one_within_its_bounds_is_accepted(
    text: str, field_type: str, constraints: dict[str, Any]
) -> None:
    field = {"name": "x", "type": field_type, "constraints": constraints}

    (row,) = check_rows(schema_of(field, "other"), ["x", "other"], [text, ""])

    assert row.is_accepted


def test_all_constraints_that_a_value_breaks_are_named() -> None:
    constraints = {"maxLength": 2, "pattern": "[a-z]*", "enum": ["a"]}
    schema = schema_of({"name": "x", "type": "string", "constraints": constraints})

    (row,) = check_rows(schema, ["x"], ["ABC"])

    assert codes(row) == [("x", "max_length"), ("x", "pattern"), ("x", "enum")]


@pytest.mark.parametrize(("count", "end"), [(10, "8, 9"), (11, "9, …")])
def test_a_long_list_of_allowed_values_is_cut_in_the_message(count: int, end: str) -> None:
    error = judge("99", "integer", enum=list(range(count)))

    assert error.message.endswith(end)


def test_true_is_not_one_of_the_numbers_that_are_allowed() -> None:
    schema = schema_of({"name": "x", "type": "any", "constraints": {"enum": [1]}})

    one, decimal, true, text = check_objects(schema, {"x": 1}, {"x": 1.0}, {"x": True}, {"x": "1"})

    assert one.is_accepted
    assert decimal.is_accepted
    assert only_error(true).code == "enum"
    assert only_error(text).code == "enum"


def test_one_is_told_in_the_singular() -> None:
    (row,) = check_rows(schema_of("a"), ["a"], ["1", "2"])

    assert only_error(row).message == "the record has 2 cells, 1 is expected"
    assert judge("a", "string", minLength=2).message == (
        '"a" has 1 character, at least 2 are required'
    )
    assert judge("ab", "string", maxLength=1).message == (
        '"ab" has 2 characters, at most 1 is allowed'
    )


def test_a_json_value_is_shown_as_it_is_written() -> None:
    (row,) = check_objects(PEOPLE, {"id": {"a": 1}, "email": "no"})

    assert [error.message for error in row.errors] == [
        '{"a":1} is an object, not an integer',
        '"no" is not an e-mail address',
    ]


def test_too_few_cells_name_the_first_column_without_one() -> None:
    (row,) = check_rows(PEOPLE, HEADER, ["x", "a@b"])

    assert only_error(row) == RowError(
        row=1,
        line=2,
        column="born",
        code="missing_cell",
        value=None,
        message='the record has 2 cells, 4 are expected: there is none for "born"',
    )


def test_too_many_cells_show_the_first_surplus_one() -> None:
    (row,) = check_rows(PEOPLE, HEADER, ["1", "a@b", "", "", "more", "still"])

    assert only_error(row) == RowError(
        row=1,
        line=2,
        column=None,
        code="extra_cell",
        value="more",
        message="the record has 6 cells, 4 are expected",
    )


def test_a_cell_below_no_name_is_too_many_unless_it_is_empty() -> None:
    header = [*HEADER, "", ""]
    good, short, bad = check_rows(
        PEOPLE,
        header,
        ["1", "a@b", "", "", "", ""],
        ["2", "a@b", "", "", ""],
        ["3", "a@b", "", "", "", "x"],
    )

    assert good.is_accepted
    assert short.is_accepted
    assert only_error(bad).code == "extra_cell"
    assert only_error(bad).message == 'the record has "x" in column 6, which has no name'


def test_without_a_schema_only_the_number_of_cells_counts() -> None:
    good, bad = check_rows(None, ["a", "a"], [" 1 ", ""], ["1"])

    assert good.values == (" 1 ", None)
    assert codes(bad) == [("a", "missing_cell")]


def test_columns_beside_the_schemas_come_last_and_unchanged() -> None:
    schema = schema_of("b", {"name": "a", "type": "integer"}, fieldsMatch="subset")

    (row,) = check_rows(schema, ["x", "a", "b", "y"], ["1", "2", "3", " "])

    assert row.values == ("3", 2, "1", " ")


def test_json_members_are_assigned_by_name_and_may_be_absent() -> None:
    full, sparse = check_objects(
        PEOPLE,
        {"score": Decimal("1.50"), "email": "a@b", "id": 1.0},
        {"id": 2, "email": "c@d", "born": None},
    )

    assert full.values == (1, "a@b", None, Decimal("1.50"))
    assert sparse.values == (2, "c@d", None, None)


def test_json_values_have_their_own_types() -> None:
    (row,) = check_objects(PEOPLE, {"id": "1", "email": "", "born": 5, "score": True})

    assert [(error.column, error.message) for error in row.errors] == [
        ("id", '"1" is a string, not an integer'),
        ("email", '"" is not an e-mail address'),
        ("born", "5 is a number, not a date in a string"),
        ("score", "true is a boolean, not a number"),
    ]


def test_json_members_without_a_column_are_one_error_that_names_them() -> None:
    person = {"id": 1, "email": "a@b"}

    few, many = check_objects(
        PEOPLE, {**person, "é": 1, "x": 2}, {"id": 2, **dict.fromkeys(map(str, range(99)))}
    )

    assert codes(few) == [(None, "extra_cell")]
    assert only_error(few).message == 'the record has members without a column: "é", "x"'
    assert codes(many) == [(None, "extra_cell"), ("email", "required")]
    assert many.errors[0].message.endswith('"8", "9", …')


def test_other_json_members_are_kept_where_the_schema_allows_them() -> None:
    schema = schema_of("a", fieldsMatch="partial")

    first, second = check_objects(schema, {"b": [1], "a": "x"}, {"c": None, "a": "y"})

    assert first.values == ("x", [1], None)
    assert second.values == ("y", None, None)


def test_a_huge_cell_is_an_excerpt_in_its_error() -> None:
    (row,) = check_rows(schema_of({"name": "x", "type": "integer"}), ["x"], ["9x" * 2**19])
    error = only_error(row)

    assert error.value == "9x" * 50 + "…"
    assert error.message == f'"{error.value}" is not an integer'


SCHEMAS = st.sampled_from(
    [
        None,
        PEOPLE,
        schema_of("a", "b"),
        schema_of({"name": "a", "type": "any", "constraints": {"unique": True}}, "b",
                  fieldsMatch="partial"),
    ]
)  # fmt: skip


@given(SCHEMAS, st.lists(st.lists(st.text("019-a@b. \n", max_size=4), max_size=5), max_size=5))
def test_every_record_is_accepted_with_all_its_values_or_rejected_with_reasons(
    schema: Schema | None, rows: list[list[str]]
) -> None:
    header = HEADER if schema is None else [field.name for field in schema.fields]
    columns = laid_out(match_header(schema, header)).columns

    for number, row in enumerate(check_rows(schema, header, *rows), start=1):
        assert row.is_accepted == (not row.errors)
        assert len(row.values) == (len(columns) if row.is_accepted else 0)
        assert all(error.row == number for error in row.errors)


@given(
    SCHEMAS.filter(bool)
    | st.just(
        schema_of(
            {"name": "a", "type": "string", "gristmill": {"trim": True, "case": "upper"}},
            {"name": "b", "type": "integer", "gristmill": {"default": 7}},
        )
    ),
    st.lists(
        st.lists(st.text("019-a@b. \n", max_size=4), min_size=4, max_size=4), min_size=1, max_size=5
    ),
    st.sets(st.integers(0, 3)),
)
def test_a_record_in_doubt_at_some_cells_gets_the_verdict_of_the_whole_record(
    schema: Schema, rows: list[list[str]], others_in_doubt: set[int]
) -> None:
    header = [field.name for field in schema.fields]
    layout = laid_out(match_header(schema, header))
    whole, doubtful = (RowValidator(layout, new_key_index=MemoryKeyIndex) for _ in range(2))

    for number, row in enumerate(rows, start=1):
        cells = row[: len(header)]
        expected = whole.validate_record(cells, row=number, line=number)
        bad = {header.index(error.column) for error in expected.errors if error.column}
        places = sorted(
            {*bad, *doubtful.watched_positions, *others_in_doubt}.intersection(range(len(header)))
        )
        judged = doubtful.validate_doubtful(
            {at: cells[at] for at in places}, row=number, line=number
        )
        assert judged.errors == expected.errors
        if judged.is_accepted:
            assert judged.values == tuple(expected.values[at] for at in places)
            assert judged.changes == expected.changes


@given(
    SCHEMAS,
    st.lists(
        st.dictionaries(
            st.sampled_from(["a", "b", *HEADER]),
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
            | st.text(st.characters(codec=None, categories=["L", "Cs"]), max_size=3)
            | st.lists(st.integers(), max_size=2),
        ),
        max_size=5,
    ),
)  # fmt: skip
def test_every_accepted_object_can_be_written(
    schema: Schema | None, objects: list[dict[str, Any]]
) -> None:
    for row, members in zip(check_objects(schema, *objects), objects, strict=True):
        for error in row.errors:
            assert f"{error.value}{error.message}".encode()
        if row.is_accepted:
            assert len(row.values) >= len(members)
