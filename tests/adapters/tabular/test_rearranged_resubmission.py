"""A `rejected.csv` that a spreadsheet saved, or whose columns stand elsewhere."""

import pytest

from adapters.tabular.csv_writer import csv_record
from domain.file_status import Outcome
from domain.processing_options import ProcessingOptions
from domain.schema import Schema
from tests.adapters.tabular.mill import Milled, mill, schema_of
from tests.adapters.tabular.resubmissions import AMOUNTS


def _saved_by_a_spreadsheet(milled: Milled, *repairs: tuple[str, str]) -> bytes:
    """The rejected rows as spreadsheets write them: every record as wide as the widest."""
    records = milled.rejected
    width = max(map(len, records))
    text = "".join(
        csv_record(record + [""] * (width - len(record)), delimiter=",") for record in records
    )
    for old, new in repairs:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def _rearranged(milled: Milled, order: list[str]) -> bytes:
    """The rejected rows with their columns in that order."""
    header, *rows = milled.rejected
    records = [dict(zip(header, row, strict=False)) for row in rows]
    return "".join(
        csv_record(cells, delimiter=",")
        for cells in (order, *([it.get(name, "") for name in order] for it in records))
    ).encode()


@pytest.mark.parametrize("schema", [None, AMOUNTS])
def test_what_a_spreadsheet_saved_unrepaired_is_rejected_again(schema: Schema | None) -> None:
    first = mill(b'id,amount\n1,2,3\n5\n7,"8"x\n', schema=schema)

    again = mill(_saved_by_a_spreadsheet(first), schema=schema)

    assert [code for *_, code in again.places] == ["extra_cell", "missing_cell", "stray_quote"]
    assert again.report.rows.accepted == 0
    assert [row[4:6] for row in again.rejected[1:]] == [["1", "2"], ["5"], ["", ""]]


@pytest.mark.parametrize("schema", [None, AMOUNTS])
def test_what_a_spreadsheet_saved_repaired_is_accepted(schema: Schema | None) -> None:
    first = mill(b'id,amount\n1,2,3\n5\n7,"8"x\n', schema=schema)

    milled = mill(
        _saved_by_a_spreadsheet(first, (",1,2,3", ",1,2,"), (",5,,", ",5,6,"), ('""8""x', "8")),
        schema=schema,
    )

    assert milled.report.outcome is Outcome.CLEAN
    assert milled.clean == [["id", "amount"], ["1", "2"], ["5", "6"], ["7", "8"]]


def test_a_row_that_was_too_short_may_end_in_an_empty_cell_when_its_errors_are_emptied() -> None:
    first = mill(b"id,amount\n5\n", schema=AMOUNTS)
    (_, row) = first.rejected
    saved = _saved_by_a_spreadsheet(first)

    unrepaired = mill(saved, schema=AMOUNTS)
    confirmed = mill(saved.replace(csv_record([row[2]]).strip().encode(), b""), schema=AMOUNTS)

    assert unrepaired.errors[0]["message"] == (
        'the record has 1 cell, 2 are expected: there is none for "amount"; where it shall be '
        "empty, empty _errors"
    )
    assert confirmed.clean == [["id", "amount"], ["5", ""]]


@pytest.mark.parametrize(
    "order",
    [
        ["id", "amount", "_row", "_line", "_errors", "_raw"],
        ["_errors", "_line", "_raw", "_row", "id", "amount"],
        ["_raw", "id", "_errors", "amount", "_line", "_row"],
    ],
)
def test_rejected_rows_are_recognised_wherever_their_columns_stand(order: list[str]) -> None:
    first = mill(b'id,amount\n5\n=x,1\n7,"8"x\n', schema=AMOUNTS)
    saved = _rearranged(first, order)

    again = mill(saved, schema=AMOUNTS)
    repaired = mill(saved.replace(b'""8""x', b"8").replace(b"'=x", b"6"), schema=AMOUNTS)

    assert again.report.rows.accepted == 0
    assert again.places == [
        (1, 2, "amount", "missing_cell"),
        (2, 3, "id", "type_error"),
        (3, 4, None, "stray_quote"),
    ]
    assert again.errors[1]["value"] == "=x"
    assert repaired.clean == [["id", "amount"], ["6", "1"], ["7", "8"]]


@pytest.mark.parametrize("missing", ["_row", "_line", "_errors", "_raw"])
@pytest.mark.parametrize("has_header", [True, False])
def test_rejected_rows_that_lost_some_of_the_four_columns_are_refused_by_name(
    missing: str, *, has_header: bool
) -> None:
    first = mill(b"id,amount\n5\n", schema=AMOUNTS)
    order = [name for name in first.rejected[0] if name != missing]

    milled = mill(_rearranged(first, order), options=ProcessingOptions(header=has_header))

    assert milled.report.file_error is not None
    assert milled.report.file_error.code == "field_missing"
    assert milled.report.file_error.message.startswith(f'there is no column "{missing}"')
    assert milled.report.rows.read == 0


@pytest.mark.parametrize("name", ["_row", "_line", "_errors", "_raw"])
def test_one_such_column_alone_is_another_systems_own(name: str) -> None:
    milled = mill(f"{name},a\n1,x\n".encode())

    assert milled.clean == [[name, "a"], ["1", "x"]]


def test_a_column_that_the_schema_knows_is_no_sign_of_rejected_rows() -> None:
    schema = schema_of({"name": "_row", "type": "integer"}, {"name": "a"})

    first = mill(b"_row,a\n1,x\nx,y\n", schema=schema)
    repaired = mill(first.results["rejected.csv"].replace(b",,x,y", b",,2,y"), schema=schema)

    assert first.clean == [["_row", "a"], ["1", "x"]]
    assert repaired.clean == [["_row", "a"], ["2", "y"]]


def test_one_of_the_four_columns_twice_is_refused() -> None:
    milled = mill(b"a,_row,_line,_errors,_raw,_raw\n1,2,3,4,5,6\n")

    assert milled.report.file_error is not None
    assert milled.report.file_error.message == 'columns 5 and 6 are both named "_raw"'
