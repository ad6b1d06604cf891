"""Which rows repeat a key, and which may."""

from tests.domain.schemas import check_rows, codes, only_error, schema_of

PEOPLE = schema_of(
    {"name": "id", "type": "integer"},
    {"name": "email", "type": "string"},
    {"name": "born", "type": "date"},
    primaryKey="id",
)
HEADER = ["id", "email", "born"]


def test_a_second_primary_key_names_the_first_row() -> None:
    first, _, third = check_rows(
        PEOPLE, HEADER, ["1", "a@b", ""], ["2", "a@b", ""], ["+01", "c@d", ""]
    )

    assert first.is_accepted
    assert (only_error(third).column, only_error(third).code) == ("id", "primary_key")
    assert only_error(third).message == '"+01" was there before: the key "id" of row 1'


def test_a_part_of_the_primary_key_must_have_a_value() -> None:
    (row,) = check_rows(PEOPLE, HEADER, ["", "a@b", ""])

    assert codes(row) == [("id", "required")]


def test_a_key_of_several_parts_is_compared_as_a_whole() -> None:
    schema = schema_of("a", "b", primaryKey=["a", "b"])

    *good, bad = check_rows(schema, ["a", "b"], ["x", "yz"], ["xy", "z"], ["x", "z"], ["x", "yz"])

    assert all(row.is_accepted for row in good)
    assert (only_error(bad).column, only_error(bad).value) == (None, "x, yz")
    assert only_error(bad).message == '"x, yz" was there before: the key "a", "b" of row 1'


def test_unique_values_are_compared_typed_and_missing_ones_not_at_all() -> None:
    schema = schema_of({"name": "x", "type": "number", "constraints": {"unique": True}}, "y")

    rows = check_rows(schema, ["x", "y"], ["1", ""], ["", ""], ["", ""], ["1.00", ""], ["-1", ""])

    assert [codes(row) for row in rows] == [[], [], [], [("x", "unique")], []]
    assert only_error(rows[3]).message == '"1.00" was there before: "x" of row 1'


def test_unique_keys_with_a_missing_part_are_not_compared() -> None:
    schema = schema_of("a", "b", uniqueKeys=[["a", "b"]])

    rows = check_rows(schema, ["a", "b"], ["1", ""], ["1", ""], ["1", "2"], ["1", "2"])

    assert [codes(row) for row in rows] == [[], [], [], [(None, "unique")]]


def test_a_rejected_row_still_claims_its_key() -> None:
    first, second = check_rows(PEOPLE, HEADER, ["1", "a@b", "soon"], ["1", "c@d", ""])

    assert codes(first) == [("born", "type_error")]
    assert codes(second) == [("id", "primary_key")]


def test_a_bad_or_ragged_record_claims_no_key() -> None:
    schema = schema_of({"name": "x", "type": "integer", "constraints": {"maximum": 9}}, "y",
                       primaryKey="x")  # fmt: skip

    rows = check_rows(schema, ["x", "y"], ["10", ""], ["10", ""], ["1"], ["1", ""])

    assert [codes(row) for row in rows] == [
        [("x", "maximum")],
        [("x", "maximum")],
        [("y", "missing_cell")],
        [],
    ]


def test_a_time_of_day_is_one_key_on_whichever_day_it_falls_in_utc() -> None:
    schema = schema_of({"name": "a", "type": "time", "constraints": {"unique": True}})

    rows = check_rows(schema, ["a"], ["23:30:00-01:00"], ["00:30:00Z"], ["01:30:00"])

    assert [codes(row) for row in rows] == [[], [("a", "unique")], []]
