"""`gristmill validate --out`: which results are written, and which must not stay."""

import csv
import json
from pathlib import Path

from domain.processing_options import OUTPUTS
from entrypoints.cli.local_results import RESULT_NAMES, LocalResults
from tests.entrypoints.cli.validating import BAD, GOOD, validate, write


def test_results_are_written_where_they_are_asked_for(tmp_path: Path, schema: Path) -> None:
    out = tmp_path / "new" / "out"

    result = validate(write(tmp_path, BAD), "--schema", schema, "--out", out)

    assert str(out / "clean.csv") in result.stdout
    assert list(csv.reader((out / "clean.csv").read_text().splitlines())) == [
        ["id", "name"],
        ["1", "Ann"],
    ]
    assert json.loads((out / "report.json").read_text())["outcome"] == "partial"
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


def test_clean_rows_are_written_in_the_formats_that_are_asked_for(
    tmp_path: Path, schema: Path
) -> None:
    out = tmp_path / "out"

    validate(write(tmp_path, GOOD), "--schema", schema, "--out", out, "--outputs", "parquet,ndjson")

    clean = {path.name for path in out.iterdir() if path.name.startswith("clean")}
    assert clean == {"clean.ndjson", "clean.parquet"}
    assert json.loads((out / "clean.ndjson").read_text().splitlines()[0])["id"] == 1


def test_results_of_an_earlier_run_do_not_stand_beside_a_later_verdict(
    tmp_path: Path, schema: Path
) -> None:
    out = tmp_path / "out"
    validate(write(tmp_path, GOOD), "--schema", schema, "--out", out)
    (out / "notes.txt").write_text("mine")
    (out / ".clean.csv.partial").write_text("of a run that was killed")
    assert (out / "clean.csv").exists()

    validate(write(tmp_path, "id,name\nx,Ann\n"), "--schema", schema, "--out", out)

    assert {path.name for path in out.iterdir()} == {
        "rejected.csv",
        "errors.ndjson",
        "report.json",
        "datapackage.json",
        "notes.txt",
    }


def test_a_file_of_another_form_leaves_no_rejected_rows_of_the_one_before(tmp_path: Path) -> None:
    out = tmp_path / "out"
    validate(write(tmp_path, BAD), "--out", out)

    validate(write(tmp_path, "[1]", "people.json"), "--out", out)

    assert {path.name for path in out.iterdir()} == {
        "rejected.json",
        "errors.ndjson",
        "report.json",
        "datapackage.json",
    }


def test_a_refusal_is_a_report_too_and_the_only_result(tmp_path: Path) -> None:
    out = tmp_path / "out"
    validate(write(tmp_path, GOOD), "--out", out)

    result = validate(write(tmp_path, GOOD, "people.exe"), "--out", out)

    assert [path.name for path in out.iterdir()] == ["report.json"]
    assert json.loads((out / "report.json").read_text())["outcome"] == "rejected"
    assert str(out / "report.json") in result.stdout


def test_every_result_of_the_engine_is_known_as_one(tmp_path: Path) -> None:
    many_errors = "a,b\n" + "1\n" * 1000
    contents = [(BAD, "people.csv"), (many_errors, "people-more.csv"), ("[]", "people.json")]
    for content, name in [*contents, ("{}", "people.ndjson")]:
        out = tmp_path / name.replace(".", "-")
        validate(write(tmp_path, content, name), "--outputs", ",".join(OUTPUTS), "--out", out)

    made = {path.name for path in tmp_path.glob("people-*/*")}
    assert made == set(RESULT_NAMES)


def test_rejected_rows_can_be_repaired_and_validated_but_not_replaced_meanwhile(
    tmp_path: Path, schema: Path
) -> None:
    out, again = tmp_path / "out", tmp_path / "again"
    validate(write(tmp_path, BAD), "--schema", schema, "--out", out)
    rejected = out / "rejected.csv"
    rejected.write_text(
        rejected.read_text("utf-8").replace(",x,", ",2,").replace(",3\n", ",3,Cy\n")
    )

    refused = validate(rejected, "--schema", schema, "--out", out)
    result = validate(rejected, "--schema", schema, "--out", again)

    assert refused.exit_code == 2
    assert "would be replaced" in refused.stderr
    assert result.exit_code == 0
    assert (again / "clean.csv").read_text().split() == ["id,name", "2,Ben", "3,Cy"]


def test_a_result_that_is_begun_again_takes_the_place_of_the_unfinished_one(tmp_path: Path) -> None:
    with LocalResults(tmp_path) as results:
        unfinished = results.open("errors.ndjson", media_type="application/x-ndjson")
        unfinished.write(b"given up")
        results.open("errors.ndjson", media_type="application/x-ndjson").commit(rows=0)

    assert [path.name for path in tmp_path.iterdir()] == ["errors.ndjson"]
    assert (tmp_path / "errors.ndjson").read_bytes() == b""
