"""A `rejected.csv` on its way back, repaired or not."""

from dataclasses import replace

import pytest

from adapters.tabular.limits import Limits
from domain.file_status import Outcome
from domain.processing_options import ProcessingOptions
from tests.adapters.tabular.inputs.csv_case import LIMITS, Case
from tests.adapters.tabular.inputs.csv_cases import CASES
from tests.adapters.tabular.mill import Milled, mill, schema_of
from tests.adapters.tabular.resubmissions import AMOUNTS

_STRAY = b'id;amount\n1;"2"x\n3;4\n'


def _resubmitted(first: Milled, *repairs: tuple[str, str]) -> Milled:
    """What comes of the rejected rows after those replacements in them."""
    text = first.results["rejected.csv"].decode()
    for old, new in repairs:
        assert old in text
        text = text.replace(old, new)
    return mill(text.encode(), schema=AMOUNTS)


@pytest.mark.parametrize("case", [it for it in CASES if it.errors], ids=lambda case: case.name)
def test_no_unrepaired_row_is_ever_accepted(case: Case) -> None:
    # Cells grow by what stands before them, and are not what this is about.
    limits = replace(LIMITS, record_bytes=10_000)
    milled = mill(case.content, options=case.options, limits=LIMITS)

    for _ in range(3):
        rejected = milled.report.rows.rejected
        milled = mill(milled.results["rejected.csv"], options=case.options, limits=limits)

        assert milled.report.rows.accepted == 0
        assert milled.report.rows.rejected == rejected
        assert milled.report.outcome is Outcome.REJECTED


def test_a_resubmission_unrepaired_is_rejected_again() -> None:
    content = b'id,amount\n1,"2"x\n=3,4\n5\n6,7,8\n9,10\n'
    first = mill(content, schema=AMOUNTS)

    again = mill(first.results["rejected.csv"], schema=AMOUNTS)

    assert again.report.rows.accepted == 0
    assert [code for *_, code in again.places] == [
        "stray_quote",
        "type_error",
        "missing_cell",
        "extra_cell",
    ]
    assert [row[3:] for row in again.rejected] == [row[3:] for row in first.rejected]


def test_bytes_that_were_no_text_do_not_pass_unrepaired() -> None:
    first = mill(b"a,b\n1,caf\xe9\n2,x\0y\n").results["rejected.csv"]
    assert b"\0" not in first

    unrepaired = mill(first)
    repaired = mill(
        first.replace("caf\ufffd".encode(), "café".encode()).replace(b"\xef\xbf\xbd", b"")
    )

    assert [code for *_, code in unrepaired.places] == ["encoding_error", "nul_byte"]
    assert [error["message"] for error in unrepaired.errors] == [
        "the record holds bytes that are not text: \ufffd still stands in their place",
        "the record holds a NUL character: \ufffd still stands in its place",
    ]
    assert mill(unrepaired.results["rejected.csv"]).errors == unrepaired.errors
    assert repaired.clean == [["a", "b"], ["1", "café"], ["2", "xy"]]


def test_a_resubmission_by_another_delimiter_and_with_names_quoted_is_recognised() -> None:
    content = b'"_row";"_line";"_errors";"_raw";"id";"amount"\n7;9;x;;1;\'=2\n8;9;x;;2;3\n'

    milled = mill(content, schema=AMOUNTS)

    assert milled.clean == [["id", "amount"], ["2", "3"]]
    assert milled.places == [(1, 2, "amount", "type_error")]
    assert b";1;'=2\r\n" in milled.results["rejected.csv"]


def test_a_resubmission_has_a_header_even_where_the_file_had_none() -> None:
    options = ProcessingOptions(header=False, delimiter=",")
    first = mill(b"1,2\n3\n", options=options)
    repaired = first.results["rejected.csv"].replace(b",,3\r\n", b",,3,4\r\n")

    milled = mill(repaired, options=options)

    assert milled.clean == [["c1", "c2"], ["3", "4"]]


def test_a_record_can_be_repaired_in_its_raw_text() -> None:
    milled = _resubmitted(mill(_STRAY, schema=AMOUNTS), ('"1;""2""x"', '"1;""2"""'))

    assert milled.report.outcome is Outcome.CLEAN
    assert milled.clean == [["id", "amount"], ["1", "2"]]


def test_a_raw_text_that_is_no_row_yet_gets_the_error_that_it_has_now() -> None:
    milled = _resubmitted(mill(_STRAY, schema=AMOUNTS), ('"1;""2""x"', '"1;2x"'))

    assert milled.places == [(1, 2, "amount", "type_error")]
    assert b";;1;2x" in milled.results["rejected.csv"]


def test_a_record_can_be_repaired_in_its_cells_whatever_stands_in_its_raw_text() -> None:
    milled = _resubmitted(mill(_STRAY, schema=AMOUNTS), ('"1;""2""x";;', '"1;""2""x";5;6'))

    assert milled.report.outcome is Outcome.CLEAN
    assert milled.clean == [["id", "amount"], ["5", "6"]]


def test_a_record_that_is_in_neither_place_is_no_row_of_missing_values() -> None:
    schema = schema_of({"name": "id"}, {"name": "amount"})
    first = mill(_STRAY, schema=schema)

    emptied = first.results["rejected.csv"].replace(b'"1;""2""x"', b"")
    milled = mill(emptied, schema=schema)

    assert [code for *_, code in milled.places] == ["missing_cell"]


def test_a_row_whose_cells_were_all_emptied_is_no_row_of_missing_values() -> None:
    schema = schema_of({"name": "id", "type": "integer"}, {"name": "amount"})
    first = mill(b"id,amount\nx,2\n", schema=schema)

    emptied = first.results["rejected.csv"].replace(b",,x,2", b",,,")
    milled = mill(emptied, schema=schema)

    assert milled.places == [(1, 2, "id", "missing_cell")]
    assert mill(milled.results["rejected.csv"], schema=schema).errors[0]["message"] == (
        'the record has 0 cells, 2 are expected: there is none for "id", nor any text in _raw'
    )


def test_a_row_without_any_value_comes_back_for_the_reasons_that_it_had() -> None:
    schema = schema_of(
        {"name": "id", "constraints": {"required": True}},
        {"name": "note"},
        {"name": "amount", "constraints": {"required": True}},
    )
    first = mill(b'id,note,amount\n"",,\n1,a,2\n', schema=schema)

    again = mill(first.results["rejected.csv"], schema=schema)

    assert first.places == [(1, 2, "id", "required"), (1, 2, "amount", "required")]
    assert [place[2:] for place in again.places] == [place[2:] for place in first.places]
    assert again.rejected == first.rejected


def test_a_row_that_was_too_short_and_empty_lacks_the_same_cells_again() -> None:
    schema = schema_of({"name": "a"}, {"name": "b"}, {"name": "c"})
    first = mill(b"a,b,c\n,\n1,2,3\n", schema=schema)

    again = mill(first.results["rejected.csv"], schema=schema)

    assert [place[2:] for place in again.places] == [("c", "missing_cell")]
    assert again.rejected[1][3:] == first.rejected[1][3:]


def test_a_row_of_which_a_value_was_emptied_is_no_row_without_any() -> None:
    schema = schema_of(
        {"name": "id", "constraints": {"required": True}}, {"name": "amount", "type": "integer"}
    )
    first = mill(b"id,amount\n,x\n", schema=schema)

    emptied = first.results["rejected.csv"].replace(b",,,x", b",,,")

    assert mill(emptied, schema=schema).places == [(1, 2, "id", "missing_cell")]


def test_a_key_that_another_file_has_is_still_taken_until_it_is_changed() -> None:
    schema = schema_of(
        {"name": "id"}, {"name": "b", "constraints": {"unique": True}}, primaryKey="id"
    )
    first = mill(b"id,b\n1,x\n1,y\n2,x\n3,y\n", schema=schema)

    again = mill(first.results["rejected.csv"], schema=schema)
    once_more = mill(again.results["rejected.csv"], schema=schema)
    repaired = mill(
        first.results["rejected.csv"].replace(b",,1,y", b",,4,y").replace(b",,2,x", b",,2,z"),
        schema=schema,
    )

    assert [error["message"] for error in again.errors] == [
        '"1" was there before: the key "id" of row 1 of the file before',
        '"x" was there before: "b" of row 1 of the file before',
        '"y" was there before: "b" of row 1',
    ]
    assert once_more.report.rows == again.report.rows
    assert repaired.clean == [["id", "b"], ["4", "y"], ["2", "z"]]
    assert repaired.places == [(3, 4, "b", "unique")]


def test_two_records_in_one_raw_text_are_not_one() -> None:
    milled = _resubmitted(mill(_STRAY, schema=AMOUNTS), ('"1;""2""x"', '"1;2\r\n3;4"'))

    assert milled.errors[0]["message"] == "the record has more than one line in _raw"


def test_the_beginning_of_a_record_does_not_pass_for_all_of_it() -> None:
    content = b"id,amount\n1," + b"2" * 1000 + b"\n"
    limits = Limits(record_bytes=900, raw_characters=50)
    first = mill(content, limits=limits)

    milled = mill(first.results["rejected.csv"], limits=limits)

    assert milled.report.rows.accepted == 0
    assert milled.errors[0]["message"] == (
        "the record is longer than what _raw shows: write it out beside it"
    )


def test_many_reasons_are_no_fault_of_the_row_that_has_them() -> None:
    names = [f"n{number}" for number in range(40)]
    schema = schema_of(*({"name": name, "type": "integer"} for name in names))
    content = ",".join(names) + "\n" + ",".join(["x"] * 40) + "\n"
    limits = Limits(cell_bytes=1000)
    rejected = mill(content.encode(), schema=schema, limits=limits).results["rejected.csv"]

    milled = mill(rejected.replace(b",x", b",1"), schema=schema, limits=limits)

    assert milled.report.outcome is Outcome.CLEAN


@pytest.mark.parametrize("has_header", [True, False])
def test_our_columns_do_not_count_among_those_of_the_file(*, has_header: bool) -> None:
    schema = schema_of(*({"name": f"c{at}", "type": "integer"} for at in range(1, 6)))
    limits, options = Limits(columns=5), ProcessingOptions(header=has_header)
    header = b"c1,c2,c3,c4,c5\n" if has_header else b""

    first = mill(header + b"1,2,3,4,x\n", schema=schema, limits=limits, options=options)
    saved = first.results["rejected.csv"].replace(b"4,x", b"4,5")
    again = mill(saved, schema=schema, limits=limits, options=options)
    wider = mill(saved, limits=Limits(columns=4), options=ProcessingOptions())

    assert again.clean[1:] == [["1", "2", "3", "4", "5"]]
    assert wider.report.file_error is not None
    assert wider.report.file_error.message == "there are more than 4 columns"


def test_what_we_add_to_a_row_does_not_make_it_too_long() -> None:
    schema = schema_of({"name": "a"}, {"name": "b", "type": "integer"})
    limits = Limits(record_bytes=30)

    first = mill(b"a,b\n" + b"x" * 28 + b",y\n", schema=schema, limits=limits)
    saved = first.results["rejected.csv"]
    again = mill(saved, schema=schema, limits=limits)
    repaired = mill(saved.replace(b"x,y", b"x,7"), schema=schema, limits=limits)

    assert first.places == again.places == [(1, 2, "b", "type_error")]
    assert repaired.clean == [["a", "b"], ["x" * 28, "7"]]
    beyond = mill(saved, schema=schema, limits=Limits(record_bytes=30, rejection_bytes=20))
    assert beyond.places == [(1, 2, None, "record_too_long")]
