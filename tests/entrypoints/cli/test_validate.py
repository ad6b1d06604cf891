"""`gristmill validate`: its verdict on a file, and how it is told."""

import gzip
import json
from importlib.resources import files
from pathlib import Path

import pytest

from entrypoints.cli.example_files import EXAMPLES, Example
from tests.entrypoints.cli.validating import BAD, GOOD, validate, write


def test_a_clean_file_exits_with_0(tmp_path: Path, schema: Path) -> None:
    result = validate(write(tmp_path, GOOD), "--schema", schema)

    assert result.exit_code == 0
    assert "people.csv: clean (2 read, 2 accepted, 0 rejected, 0 skipped)" in result.stdout


def test_bad_rows_exit_with_1_and_are_told_with_place_and_reason(
    tmp_path: Path, schema: Path
) -> None:
    result = validate(write(tmp_path, BAD), "--schema", schema)

    assert result.exit_code == 1
    assert "partial (3 read, 1 accepted, 2 rejected, 0 skipped)" in result.stdout
    assert 'row 2, line 3, column "id": "x" is not an integer (type_error)' in result.stdout
    assert "(missing_cell)" in result.stdout


@pytest.mark.parametrize("name", ["people.csv.gz", "people.csv"])
def test_a_compressed_file_is_validated_as_what_it_holds(
    tmp_path: Path, schema: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(BAD.encode()))

    result = validate(path, "--schema", schema)

    assert f"{name}: partial (3 read, 1 accepted, 2 rejected, 0 skipped)" in result.stdout


def test_a_broken_compressed_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "people.csv.gz"
    path.write_bytes(gzip.compress(GOOD.encode())[:-2])

    result = validate(path)

    assert result.exit_code == 1
    assert "it ends too early (gzip_corrupt)" in result.stdout


def test_records_on_lines_are_validated_as_ndjson(tmp_path: Path) -> None:
    result = validate(write(tmp_path, '{"id":1}\n{"id":\n{"id":3}\n', "people.json"))

    assert "people.json: partial (3 read, 2 accepted, 1 rejected, 0 skipped)" in result.stdout


def test_only_the_first_errors_are_shown_and_the_others_counted(
    tmp_path: Path, schema: Path
) -> None:
    result = validate(write(tmp_path, GOOD + "x,y\n" * 25), "--schema", schema)

    assert result.stdout.count("type_error") == 20
    assert "… and 5 more" in result.stdout


def test_json_is_the_report_and_nothing_else(tmp_path: Path, schema: Path) -> None:
    result = validate(write(tmp_path, BAD), "--schema", schema, "--json")

    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert report["rows"] == {"read": 3, "accepted": 1, "rejected": 2, "skipped": 0}
    assert [error["code"] for error in report["errors"]] == ["type_error", "missing_cell"]


@pytest.mark.parametrize(
    ("policy", "code"),
    [(["--on-error", "reject_file"], "rows_rejected"), (["--max-errors", "1"], "too_many_errors")],
)
def test_a_file_can_be_rejected_as_a_whole(
    tmp_path: Path, schema: Path, policy: list[str], code: str
) -> None:
    result = validate(write(tmp_path, BAD), "--schema", schema, "--json", *policy)

    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (report["outcome"], report["fileError"]["code"]) == ("rejected", code)


@pytest.mark.parametrize("name", ["people.exe", "people.json", "people.gz"])
def test_a_file_that_the_service_would_refuse_is_rejected_with_the_same_shape(
    tmp_path: Path, name: str
) -> None:
    result = validate(write(tmp_path, GOOD, name), "--json")

    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert report["outcome"] == "rejected"
    assert report["fileError"]["message"]


@pytest.mark.parametrize("name", ["people.csv", "people.json"])
@pytest.mark.parametrize("content", ["", "\ufeff", "\ufeff \r\n", " \n" * 100_000])
def test_a_file_of_nothing_but_blanks_is_empty(tmp_path: Path, name: str, content: str) -> None:
    result = validate(write(tmp_path, content, name))

    assert result.exit_code == 1
    assert "(empty_file)" in result.stdout


def test_what_a_file_holds_moves_no_cursor(tmp_path: Path) -> None:
    result = validate(write(tmp_path, "a,\x1b[2J\x9b2J\u202eb\n1\n"))

    assert result.stdout.isascii() or "\u202e" not in result.stdout
    assert "\x1b" not in result.stdout
    assert "\x9b" not in result.stdout
    assert 'column "\\x1b[2J\\x9b2J\\u202eb"' in result.stdout


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.schema_name)
def test_every_example_has_good_rows_and_bad_ones(example: Example) -> None:
    folder = files("entrypoints.cli") / "examples"
    name = example.file_name
    schema = f"{example.schema_name}.schema.json"

    result = validate(folder / name, "--schema", folder / schema, "--json")

    report = json.loads(result.stdout)
    assert report["outcome"] == "partial"
    assert report["rows"]["accepted"] >= 5
    assert len({error["code"] for error in report["errors"]}) >= 5


def test_it_tells_how_many_values_were_changed(tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    rules = {"trim": True, "case": "lower"}
    fields = [{"name": "id"}, {"name": "name", "type": "string", "gristmill": rules}]
    schema.write_text(json.dumps({"fields": fields}))

    result = validate(write(tmp_path, "id,name\n1, ann\n2,Ben\n3,Cid \n"), "--schema", schema)

    assert "values changed in accepted rows: 2 by trim, 2 by case" in result.stdout
