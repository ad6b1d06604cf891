import csv
import gzip
import json
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from domain.processing_options import OUTPUTS
from entrypoints.cli.example_files import EXAMPLES, Example
from entrypoints.cli.local_results import RESULT_NAMES
from entrypoints.cli.main import main

GOOD = "id,name\n1,Ann\n2,Ben\n"
BAD = "id,name\n1,Ann\nx,Ben\n3\n"
SCHEMA = {"fields": [{"name": "id", "type": "integer"}, {"name": "name", "type": "string"}]}


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(SCHEMA))
    return path


def write(folder: Path, content: str, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_text(content, "utf-8")
    return path


def validate(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["validate", *map(str, arguments)])


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


@pytest.mark.parametrize(
    ("schema_text", "words"),
    [
        ("not json", "is not JSON"),
        ("[]", "must be an object"),
        ("[" * 100_000, "nested too deep"),
        ('{"fields": [], "fields": []}', "is there twice"),
        ('{"fields": [{"name": "id", "type": "integer", "constraints": {"odd": true}}]}', "odd"),
    ],
)
def test_a_schema_that_cannot_be_used_is_a_mistake_of_usage(
    tmp_path: Path, schema_text: str, words: str
) -> None:
    schema = write(tmp_path, schema_text, "schema.json")

    result = validate(write(tmp_path, GOOD), "--schema", schema)

    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_an_unknown_encoding_is_answered_with_those_that_are_known(tmp_path: Path) -> None:
    result = validate(write(tmp_path, GOOD), "--encoding", "klingon")

    assert result.exit_code == 2
    assert "klingon" in result.stderr
    assert "cp1252" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["missing.csv"],
        ["{file}", "--max-errors", "many"],
        ["{file}", "--max-errors", "9" * 5000],
        ["{file}", "--on-error", "ignore"],
        ["{file}", "--encoding", "klingon"],
        ["{file}", "--delimiter", "::"],
        ["{file}", "--out", "{file}"],
        ["{file}", "--schema", "missing.json"],
        ["{file}", "--outputs", "xlsx"],
        [],
    ],
)
def test_what_cannot_be_understood_exits_with_2(tmp_path: Path, arguments: list[str]) -> None:
    file = write(tmp_path, GOOD)

    result = validate(*(argument.format(file=file) for argument in arguments))

    assert result.exit_code == 2
    assert result.stdout == ""


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


def test_how_a_file_is_written_can_be_declared(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("1|Łódź, PL\n".encode("cp1250"))
    out = tmp_path / "out"

    result = validate(
        path, "--encoding", "Windows-1250", "--delimiter", "|", "--no-header", "--out", out
    )

    assert result.exit_code == 0
    assert list(csv.reader((out / "clean.csv").read_text("utf-8").splitlines())) == [
        ["c1", "c2"],
        ["1", "Łódź, PL"],
    ]


@pytest.mark.parametrize(
    ("encoding", "undeclared_code"), [("utf-16-le", 0), ("UTF-16BE", 0), ("utf-32-be", 1)]
)
@pytest.mark.parametrize(
    ("name", "content"), [("people.csv", "id,name\n1,Łódź\n"), ("people.json", '[{"name":"Łódź"}]')]
)
def test_a_wide_encoding_without_a_mark_can_be_declared_and_utf_16_is_recognised(
    tmp_path: Path, encoding: str, undeclared_code: int, name: str, content: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode(encoding))

    declared = validate(path, "--encoding", encoding)
    undeclared = validate(path)

    assert (declared.exit_code, undeclared.exit_code) == (0, undeclared_code)
    assert "1 accepted" in declared.stdout


@pytest.mark.parametrize("name", ["people.csv", "people.json"])
@pytest.mark.parametrize("content", ["", "\ufeff", "\ufeff \r\n", " \n" * 100_000])
def test_a_file_of_nothing_but_blanks_is_empty(tmp_path: Path, name: str, content: str) -> None:
    result = validate(write(tmp_path, content, name))

    assert result.exit_code == 1
    assert "(empty_file)" in result.stdout


def test_an_encoding_that_was_guessed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("id;name\n1;Chloé\n".encode("cp1252"))

    result = validate(path)

    assert result.exit_code == 0
    assert "read as cp1252, as its content suggests; --encoding names another one" in result.stdout


def test_faults_of_a_header_that_do_no_harm_are_told(tmp_path: Path) -> None:
    result = validate(write(tmp_path, "id,id\n1,2\n"))

    assert result.exit_code == 0
    assert 'columns 1 and 2 are both named "id" (header_duplicate)' in result.stdout


def test_faults_of_a_header_beyond_those_shown_are_counted(tmp_path: Path) -> None:
    result = validate(write(tmp_path, "id" + "," * 23 + "\n1" + "," * 23 + "\n"))

    assert result.exit_code == 0
    assert "header: column 21 has no name (header_blank)" in result.stdout
    assert "header: column 22" not in result.stdout
    assert "header: … and 3 more faults" in result.stdout


def test_all_faults_of_a_header_that_does_not_fit_are_told(tmp_path: Path, schema: Path) -> None:
    result = validate(write(tmp_path, "id ,nmae\n1,2\n"), "--schema", schema)

    assert 'there is no column "id" (and 3 more faults of the header)' in result.stdout
    assert 'header: column 1, "id ", is not in the schema (field_unknown)' in result.stdout
    assert 'header: column 2, "nmae", is not in the schema (field_unknown)' in result.stdout


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
