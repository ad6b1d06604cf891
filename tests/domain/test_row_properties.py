"""What holds for every record of every schema."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.layout import match_header
from domain.row_validator import RowValidator
from domain.schema import Schema
from tests.domain.people import HEADER, PEOPLE
from tests.domain.schemas import MemoryKeyIndex, check_objects, check_rows, laid_out, schema_of

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
