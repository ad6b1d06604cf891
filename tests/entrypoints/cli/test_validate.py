import csv
import json
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from entrypoints.cli.example_files import EXAMPLES, Example
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
    path.write_text(content)
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


@pytest.mark.parametrize("name", ["people.exe", "people.json", "people.csv.gz"])
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


@pytest.mark.parametrize(
    "arguments",
    [
        ["missing.csv"],
        ["{file}", "--max-errors", "many"],
        ["{file}", "--on-error", "ignore"],
        ["{file}", "--schema", "missing.json"],
        [],
    ],
)
def test_what_cannot_be_understood_exits_with_2(tmp_path: Path, arguments: list[str]) -> None:
    file = write(tmp_path, GOOD)

    result = validate(*(argument.format(file=file) for argument in arguments))

    assert result.exit_code == 2
    assert result.stdout == ""


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
