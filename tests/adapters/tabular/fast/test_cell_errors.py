"""Errors of cells that are found out once for each text, against the domain's for the record."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.fast.cell_errors import CellErrors
from domain.layout import match_header
from tests.domain.schemas import check_rows, laid_out, schema_of

HEADER = ["day", "name", "count"]
SCHEMA = schema_of(
    {"name": "day", "type": "date", "constraints": {"required": True}},
    {"name": "name", "type": "string", "constraints": {"minLength": 3, "pattern": "[a-z]*"}},
    {"name": "count", "type": "integer", "constraints": {"maximum": 5}},
)
CELLS = st.sampled_from(["", "1", "6", "x", "AB", "abc", "2024-02-30", "2024-02-29", "y" * 101])
RECORDS = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=20)


@given(records=RECORDS)
def test_a_record_has_the_errors_that_the_domain_finds(
    records: list[tuple[str, str, str]],
) -> None:
    cell_errors = CellErrors(laid_out(match_header(SCHEMA, HEADER)).columns)

    checked = check_rows(SCHEMA, HEADER, *map(list, records))

    for row, (cells, expected) in enumerate(zip(records, checked, strict=True), start=1):
        errors = cell_errors.of_record(cells, [0, 1, 2], row=row, line=row + 1)
        assert errors == expected.errors


def test_only_cells_in_doubt_are_looked_at() -> None:
    cell_errors = CellErrors(laid_out(match_header(SCHEMA, HEADER)).columns)

    errors = cell_errors.of_record(["", "x", "6"], [0, 2], row=7, line=9)

    assert [(it.column, it.code, it.row, it.line) for it in errors] == [
        ("day", "required", 7, 9),
        ("count", "maximum", 7, 9),
    ]
