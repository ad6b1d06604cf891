"""What the rules under `gristmill` make of a file: its results and its report."""

import io
import json
import os
import re
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from adapters.tabular.limits import Limits
from domain.file_status import Outcome
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from tests.adapters.tabular.mill import Milled, mill, schema_of
from tests.architecture.project import ROOT

FIELDS: list[dict[str, Any]] = [
    {"name": "id", "type": "integer", "gristmill": {"trim": True}},
    {
        "name": "mail",
        "type": "string",
        "format": "email",
        "constraints": {"required": True},
        "gristmill": {"trim": True, "case": "lower", "aliases": ["E-Mail"], "rename": "email"},
    },
    {"name": "country", "type": "string", "gristmill": {"default": "DE", "case": "upper"}},
    {"name": "note", "type": "string", "gristmill": {"drop": True, "trim": True}},
]
PEOPLE = schema_of(*FIELDS, primaryKey="id")
CSV = "id,E-Mail,country,note\n 1,Ann@X.org ,, n \n2,BEN@x.org,fr,\n1 ,a@b.c,,\n4,nobody,,n\n"
OBJECTS = [
    {"id": 1, "E-Mail": "Ann@X.org ", "note": " n "},
    {"id": 2, "mail": "BEN@x.org", "country": "fr"},
    {"id": 1, "mail": "a@b.c", "country": None},
    {"id": 4, "E-Mail": "nobody", "note": "n"},
]
PACES = [Limits(), Limits(fast_from_bytes=0), Limits(fast_from_bytes=0, fast_chunk_bytes=37)]


def changes(milled: Milled) -> list[tuple[str, str, int]]:
    return [(it.column, it.rule, it.count) for it in milled.report.changes]


@pytest.mark.parametrize("limits", PACES)
def test_clean_rows_are_as_the_rules_leave_them(limits: Limits) -> None:
    milled = mill(CSV.encode(), schema=PEOPLE, limits=limits)

    assert milled.clean == [
        ["id", "email", "country"],
        ["1", "ann@x.org", "DE"],
        ["2", "ben@x.org", "FR"],
    ]
    assert [column.name for column in milled.report.columns] == ["id", "email", "country"]


@pytest.mark.parametrize("limits", PACES)
def test_typed_outputs_have_the_same_names_and_values(limits: Limits) -> None:
    options = ProcessingOptions(outputs=("ndjson", "parquet"))

    milled = mill(CSV.encode(), schema=PEOPLE, options=options, limits=limits)

    table = parquet.read_table(io.BytesIO(milled.results["clean.parquet"]))
    lines = milled.results["clean.ndjson"].splitlines()
    assert [json.loads(line) for line in lines] == table.to_pylist()
    assert table.to_pylist() == [
        {"id": 1, "email": "ann@x.org", "country": "DE"},
        {"id": 2, "email": "ben@x.org", "country": "FR"},
    ]


@pytest.mark.parametrize("limits", PACES)
def test_every_change_in_an_accepted_row_is_in_the_report(limits: Limits) -> None:
    milled = mill(CSV.encode(), schema=PEOPLE, limits=limits)

    assert json.loads(milled.results["report.json"])["changes"] == [
        {"column": "country", "rule": "case", "count": 1},
        {"column": "country", "rule": "default", "count": 1},
        {"column": "id", "rule": "trim", "count": 1},
        {"column": "mail", "rule": "trim", "count": 1},
        {"column": "mail", "rule": "case", "count": 2},
        {"column": "note", "rule": "trim", "count": 1},
    ]


@pytest.mark.parametrize("limits", PACES)
def test_rejected_rows_are_as_they_were_under_the_names_they_had(limits: Limits) -> None:
    milled = mill(CSV.encode(), schema=PEOPLE, limits=limits)

    assert milled.rejected == [
        ["_row", "_line", "_errors", "_raw", "id", "E-Mail", "country", "note"],
        ["3", "4", 'id: "1 " was there before: the key "id" of row 1 (primary_key)', "",
         "1 ", "a@b.c", "", ""],
        ["4", "5", 'mail: "nobody" is not an e-mail address (format_error)', "",
         "4", "nobody", "", "n"],
    ]  # fmt: skip


def test_rejected_rows_come_back_under_those_names_when_they_are_repaired() -> None:
    rejected = mill(CSV.encode(), schema=PEOPLE).results["rejected.csv"].decode()
    repaired = rejected.replace("1 ,a@b.c", "3 ,A@b.c").replace("4,nobody", "4,Nobody@x.org")

    milled = mill(repaired.encode(), schema=PEOPLE)

    assert milled.report.outcome is Outcome.CLEAN
    assert milled.clean[1:] == [["3", "a@b.c", "DE"], ["4", "nobody@x.org", "DE"]]


@pytest.mark.parametrize("limits", PACES)
def test_json_has_the_same_rows_and_keeps_what_it_rejects(limits: Limits) -> None:
    milled = mill(json.dumps(OBJECTS).encode(), FileType.JSON, schema=PEOPLE, limits=limits)

    of_csv = mill(CSV.encode(), schema=PEOPLE)
    assert milled.clean == of_csv.clean
    assert changes(milled) == [it for it in changes(of_csv) if it[0] != "id"]
    kept = [
        {name: value for name, value in members.items() if not name.startswith("_")}
        for members in milled.rejected_objects
    ]
    assert kept == OBJECTS[2:]


def test_rejected_members_come_back_under_their_names_when_they_are_repaired() -> None:
    rejected = mill(json.dumps(OBJECTS).encode(), FileType.JSON, schema=PEOPLE)
    repaired = rejected.results["rejected.json"].replace(b"nobody", b"nobody@x.org")

    milled = mill(repaired, FileType.JSON, schema=PEOPLE)

    assert milled.clean[1:] == [["4", "nobody@x.org", "DE"]]


def test_a_member_under_two_names_is_rejected_with_both() -> None:
    twice = {"id": 1, "mail": "a@b.c", "E-Mail": "d@e.f"}

    milled = mill(json.dumps([twice]).encode(), FileType.JSON, schema=PEOPLE)

    assert milled.places == [(1, 1, None, "duplicate_key")]
    assert milled.rejected_objects[0].items() >= twice.items()


@pytest.mark.parametrize("file_type", [FileType.CSV, FileType.JSON])
def test_a_column_that_has_the_new_name_of_another_is_told_and_written(
    file_type: FileType,
) -> None:
    schema = schema_of({"name": "a", "gristmill": {"rename": "b"}}, fieldsMatch="subset")
    content = b"a,b\n1,2\n" if file_type is FileType.CSV else b'[{"a": "1", "b": "2"}]'

    milled = mill(content, file_type, schema=schema)

    assert milled.clean == [["b", "b"], ["1", "2"]]
    (fault,) = milled.report.header_faults
    assert fault.message == 'columns 1 and 2 are both named "b" in the outputs'


def test_what_the_reader_finds_names_a_column_as_the_schema_does() -> None:
    content = b"id,E-Mail,country,note\n1," + b"x" * 50 + b",,\n"

    milled = mill(content, schema=PEOPLE, limits=Limits(cell_bytes=20))

    assert milled.places == [(1, 2, "mail", "cell_too_long")]


def test_an_alias_may_have_the_name_of_a_column_of_rejected_rows() -> None:
    schema = schema_of(
        {"name": "a", "gristmill": {"aliases": ["_row"]}},
        {"name": "b", "gristmill": {"aliases": ["_line"]}},
    )

    assert mill(b"_row,_line\n1,2\n", schema=schema).clean == [["a", "b"], ["1", "2"]]


CELLS = st.text(alphabet=st.sampled_from("aB \u00a0ßΣ7-"), max_size=4)


@settings(max_examples=300 if os.environ.get("CI") else 50)
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=12))
@pytest.mark.parametrize("limits", PACES)
def test_of_a_clean_file_nothing_is_changed_again(
    limits: Limits, rows: list[tuple[str, str, str]]
) -> None:
    schema = schema_of(
        {"name": "a", "type": "string", "gristmill": {"trim": True, "case": "upper"}},
        {"name": "b", "type": "string", "gristmill": {"default": "x", "case": "lower"}},
        {"name": "c", "type": "integer", "gristmill": {"trim": True, "default": 7}},
    )
    content = "\n".join(["a,b,c", *(",".join(row) for row in rows)]).encode()
    options = ProcessingOptions(delimiter=",", encoding="utf-8")
    first = mill(content, schema=schema, options=options, limits=limits)
    assume(first.report.rows.accepted)

    again = mill(first.results["clean.csv"], schema=schema, options=options, limits=limits)

    assert again.report.changes == ()
    assert again.results["clean.csv"] == first.results["clean.csv"]


def test_the_example_of_the_readme_is_true() -> None:
    text = (ROOT / "README.md").read_text("utf-8").partition("### Change values on the way\n")[2]
    schema, before, after, report = re.findall(r"```(?:json|csv)\n(.*?)```", text, re.DOTALL)[:4]

    milled = mill(before.encode(), schema=schema_of(**json.loads(schema)))

    assert milled.results["clean.csv"].decode().replace("\r\n", "\n") == after
    assert json.loads(milled.results["report.json"])["changes"] == json.loads(report)["changes"]
