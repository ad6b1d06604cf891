"""The result files: their shape, their safety, and the way back."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.csv_writer import csv_record
from adapters.tabular.spreadsheet import guard, guard_all, unguard
from domain.file_status import Outcome
from domain.file_type import FileType
from domain.processing_options import MaxErrors, OnError, ProcessingOptions
from domain.schema import Schema
from tests.adapters.tabular.mill import mill, schema_of

_AMOUNTS = schema_of(
    {"name": "id", "type": "integer", "constraints": {"required": True, "unique": True}},
    {"name": "amount", "type": "number"},
)


def test_clean_rows_are_canonical_text_with_crlf() -> None:
    milled = mill(b"id;amount\n+01;1.50\n2;\n", schema=_AMOUNTS)

    assert milled.results["clean.csv"] == b"id,amount\r\n1,1.50\r\n2,\r\n"
    assert milled.result_rows["clean.csv"] == 2


def test_a_rejected_row_shows_its_place_its_errors_and_its_cells() -> None:
    milled = mill(b"id,amount\n1,2\n\nx,y\n", schema=_AMOUNTS)

    header, row = milled.rejected
    assert header == ["_row", "_line", "_errors", "_raw", "id", "amount"]
    assert row[:2] == ["3", "4"]
    assert row[2] == (
        'id: "x" is not an integer (type_error); amount: "y" is not a decimal number (type_error)'
    )
    assert row[3:] == ["", "x", "y"]
    assert milled.results["rejected.csv"].startswith(b"\xef\xbb\xbf_row,")
    assert milled.places == [(3, 4, "id", "type_error"), (3, 4, "amount", "type_error")]


def test_a_rejected_row_that_could_not_be_cut_shows_its_text() -> None:
    milled = mill(b'id,amount\n1,"2"x\n3,4\n', schema=_AMOUNTS)

    assert milled.rejected[1][3:] == ['1,"2"x', "", ""]


def test_a_long_text_is_cut_visibly() -> None:
    milled = mill(b'a\n"' + b"x" * 100_000 + b'"x\ny\n')

    raw = milled.rejected[1][3]
    assert raw.endswith("… [34467 more characters]")


def test_rejected_columns_stand_in_the_file_s_own_order() -> None:
    schema = schema_of({"name": "id", "type": "integer"}, {"name": "name"}, fieldsMatch=["equal"])

    milled = mill(b"name,id\nann,1\nbob,x\n", schema=schema)

    assert milled.clean == [["id", "name"], ["1", "ann"]]
    assert [row[4:] for row in milled.rejected] == [["name", "id"], ["bob", "x"]]


@pytest.mark.parametrize(
    ("cell", "guarded"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-x", "'-x"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\uff0b1", "'\uff0b1"),
        ("\uff0d1", "'\uff0d1"),
        ("\uff20x", "'\uff20x"),
        ("'x", "''x"),
        ("-1.5e3", "-1.5e3"),
        ("+12", "+12"),
        ("-.5", "-.5"),
        ("-1-1", "'-1-1"),
        ("-१", "'-१"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_a_cell_that_a_spreadsheet_could_run_is_guarded(cell: str, guarded: str) -> None:
    assert guard(cell) == guarded
    assert unguard(guarded) == cell


def test_an_apostrophe_that_guards_nothing_is_kept() -> None:
    assert unguard("'t was") == "'t was"


def test_every_cell_of_rejected_rows_is_guarded_and_clean_rows_are_faithful() -> None:
    milled = mill(b'=a,b\n=1,2\n"=SUM(A1)"\n"+x"y\n')

    assert milled.clean == [["=a", "b"], ["=1", "2"]]
    assert milled.rejected[0][4] == "'=a"
    assert milled.rejected[1][4] == "'=SUM(A1)"
    assert milled.rejected[2][3] == '"+x"y'


def test_a_file_rejected_by_policy_offers_no_clean_rows() -> None:
    for options in (
        ProcessingOptions(on_error=OnError.REJECT_FILE),
        ProcessingOptions(max_errors=MaxErrors(count=0)),
    ):
        milled = mill(b"id,amount\n1,2\nx,3\n", schema=_AMOUNTS, options=options)

        assert milled.report.outcome is Outcome.REJECTED
        assert milled.report.rows.accepted == 1
        assert milled.results.keys() == {
            "rejected.csv",
            "errors.ndjson",
            "report.json",
            "datapackage.json",
        }
        assert len(milled.rejected) == 2


def test_a_header_that_does_not_fit_the_schema_stops_the_reading() -> None:
    milled = mill(b"id,amuont\n1,2\n", schema=_AMOUNTS)

    assert milled.report.file_error is not None
    assert milled.report.file_error.code == "field_missing"
    assert [fault.code for fault in milled.report.header_faults] == [
        "field_missing",
        "field_unknown",
    ]
    assert milled.rejected == [["_row", "_line", "_errors", "_raw", "id", "amuont"]]
    assert milled.report.rows.read == 0


def test_a_duplicate_names_the_first_row() -> None:
    milled = mill(b"id,amount\n1,2\n01,3\n", schema=_AMOUNTS)

    assert milled.places == [(2, 3, "id", "unique")]
    assert "row 1" in milled.errors[0]["message"]


def test_report_json_is_the_report() -> None:
    milled = mill(b"\xef\xbb\xbfid;amount\n1;2\nx;3\n\n", schema=_AMOUNTS)

    report = json.loads(milled.results["report.json"])
    assert report["outcome"] == "partial"
    assert report["rows"] == {"read": 3, "accepted": 1, "rejected": 1, "skipped": 1}
    assert report["dialect"]["delimiter"] == ";"
    assert report["encoding"] == "utf-8"
    assert report["errors"] == milled.errors
    assert milled.result_rows == {
        "clean.csv": 1,
        "rejected.csv": 1,
        "errors.ndjson": 1,
        "report.json": None,
        "datapackage.json": None,
    }


def test_objects_without_members_are_blank_where_there_are_no_columns_at_all() -> None:
    milled = mill(b"[{},{}]", FileType.JSON)

    rows = milled.report.rows
    assert (rows.read, rows.accepted, rows.skipped) == (2, 0, 2)
    assert (milled.results["clean.csv"], milled.result_rows["clean.csv"]) == (b"", 0)


@pytest.mark.parametrize("schema", [None, schema_of({"name": "a"}, {"name": "b"})])
def test_an_object_without_members_is_a_row_where_there_are_columns(schema: Schema | None) -> None:
    milled = mill(b'[{},{"a":"1","b":"2"}]', FileType.JSON, schema=schema)

    assert milled.clean == [["a", "b"], ["", ""], ["1", "2"]]
    assert mill(milled.results["clean.csv"]).clean == milled.clean


def test_one_empty_column_is_read_back_as_the_rows_it_was() -> None:
    milled = mill(b'[{"a":null},{"a":""}]', FileType.JSON)

    again = mill(milled.results["clean.csv"])

    assert again.report.rows.accepted == milled.report.rows.accepted == 2
    assert again.clean == milled.clean


@given(st.lists(st.text("a1=-+@\uff1d\uff0b'\t\r\n", max_size=3), max_size=4))
def test_guarding_all_cells_is_guarding_each(cells: list[str]) -> None:
    assert list(guard_all(cells)) == [guard(cell) for cell in cells]


@given(st.lists(st.text('a1,;"\r\n', max_size=3), min_size=1, max_size=4), st.sampled_from(",;\t|"))
def test_a_written_record_is_read_back_as_its_cells(cells: list[str], delimiter: str) -> None:
    text = io.StringIO(csv_record(cells, delimiter=delimiter), newline="")

    assert list(csv.reader(text, delimiter=delimiter, strict=True)) == [cells]
