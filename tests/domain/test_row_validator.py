"""What is wrong with a record, and what it holds when nothing is."""

from datetime import date
from decimal import Decimal

from domain.row_error import RowError
from tests.domain.people import HEADER, PEOPLE
from tests.domain.schemas import check_objects, check_rows, codes, only_error, schema_of


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
