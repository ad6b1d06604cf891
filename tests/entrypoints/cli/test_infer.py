"""`gristmill infer`, as a person and as a program call it."""

import gzip
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from entrypoints.cli.main import main
from tests.architecture.project import ROOT

PEOPLE = "id,name,born\n1,Ann,2001-02-03\n2,Ben,NA\n3,Cem,1999-12-31\n"
SCHEMA = {
    "fields": [
        {"name": "id", "type": "integer", "constraints": {"required": True}},
        {"name": "name", "type": "string", "constraints": {"required": True}},
        {"name": "born", "type": "date", "missingValues": ["", "NA"]},
    ],
    "primaryKey": ["id"],
}


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    return path


def infer(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["infer", *map(str, arguments)])


def test_the_schema_and_nothing_else_goes_to_standard_output(people: Path) -> None:
    result = infer(people)

    assert result.exit_code == 0
    assert json.loads(result.stdout) == SCHEMA
    assert result.stderr == ""


def test_its_own_file_is_clean_by_the_schema(people: Path, tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text(infer(people).stdout)

    result = CliRunner().invoke(main, ["validate", str(people), "--schema", str(schema)])

    assert result.exit_code == 0, result.stdout


def test_json_has_the_evidence_beside_the_schema(people: Path) -> None:
    found = json.loads(infer(people, "--json", "--sample-rows", 2).stdout)

    assert found["schema"]["fields"][2]["type"] == "date"
    assert found["evidence"]["rows"] == 2
    assert found["evidence"]["isWhole"] is False
    assert found["evidence"]["dialect"]["delimiter"] == ","
    assert found["evidence"]["fields"][1]["examples"] == ["Ann", "Ben"]


def test_a_json_file_has_its_types_from_json(tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    path.write_text('[{"id": 1, "tags": ["x"]}, {"id": 2}]')

    fields = json.loads(infer(path).stdout)["fields"]

    assert [(field["name"], field["type"]) for field in fields] == [
        ("id", "integer"),
        ("tags", "any"),
    ]


def test_how_the_file_is_written_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("1|Zoé\n2|Ann\n".encode("cp850"))

    result = infer(path, "--no-header", "--encoding", "cp850", "--delimiter", "|", "--json")

    found = json.loads(result.stdout)
    assert [field["name"] for field in found["schema"]["fields"]] == ["c1", "c2"]
    assert found["evidence"]["fields"][1]["examples"] == ["Zoé", "Ann"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.csv", " ", "empty_file"),
        ("a.csv", "a,a\n1,2\n", "no_header"),
        ("a.json", "a,b\n1,2\n", "file_type_mismatch"),
    ],
)
def test_a_file_without_a_schema_exits_with_1_and_says_why(
    tmp_path: Path, name: str, content: str, code: str
) -> None:
    path = tmp_path / name
    path.write_text(content)

    result = infer(path)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert f"({code})" in result.stderr
    assert json.loads(infer(path, "--json").stdout)["schema"] is None


@pytest.mark.parametrize(
    "arguments",
    [["--delimiter", "x"], ["--encoding", "klingon"], ["--sample-rows", "0"]],
)
def test_a_wrong_call_exits_with_2(people: Path, arguments: list[str]) -> None:
    assert infer(people, *arguments).exit_code == 2


def test_broken_compression_exits_with_1(tmp_path: Path) -> None:
    path = tmp_path / "people.csv.gz"
    path.write_bytes(gzip.compress(PEOPLE.encode())[:-4])

    result = infer(path)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "(gzip_corrupt)" in result.stderr


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("4,D\n", "1 row could not be read and is not in the sample"),
        ("4,D\n5\n", "2 rows could not be read and are not in the sample"),
    ],
)
def test_rows_that_are_not_in_the_sample_are_told_wherever_standard_error_goes(
    people: Path, bad: str, told: str
) -> None:
    people.write_text(PEOPLE + bad)

    for result in (infer(people), infer(people, "--json")):
        assert result.exit_code == 0
        assert result.stderr.splitlines() == [f"people.csv: {told}"]
        assert json.loads(result.stdout)


def test_columns_that_are_left_out_are_told_once_each(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_text("id,a,,a\n1,2,3,4\n")

    result = infer(path)

    assert [field["name"] for field in json.loads(result.stdout)["fields"]] == ["id"]
    assert result.stderr.splitlines() == [
        'twice.csv: column "a" is left out: its name is blank, or there twice',
        'twice.csv: column "" is left out: its name is blank, or there twice',
    ]


def test_on_a_terminal_the_reasons_are_told_on_standard_error(people: Path) -> None:
    people.write_text(
        PEOPLE.replace("2001-02-03", "03/02/2001").replace("1999-12-31", "04/05/1999")
    )
    ours, theirs = pty.openpty()

    done = subprocess.run(
        [sys.executable, "-c", "from entrypoints.cli.main import main; main()", "infer", people],
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=True,
        timeout=60,
    )

    os.close(theirs)
    told = os.read(ours, 64 * 1024).decode()
    os.close(ours)
    assert json.loads(done.stdout)["fields"][2]["type"] == "string"
    assert "people.csv: from all 3 rows" in told
    assert re.search(r"id +integer +0 +1, 2, 3 +all 3 values read as integer", told)
    assert "born: " in told


def test_the_readme_shows_what_it_does(tmp_path: Path) -> None:
    section = (ROOT / "README.md").read_text("utf-8").split("### A schema from a file\n")[1]
    block = section.split("```console\n")[1].split("```")[0]
    commands, shown = [], []
    for line in block.splitlines():
        if line.startswith(("$ ", "> ")):
            commands.append(line[2:])
        else:
            shown.append(line)
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    run = subprocess.run(
        ["bash", "-euc", "\n".join(commands)],
        cwd=tmp_path,
        env={**os.environ, "PATH": programs},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert run.stdout.splitlines() == shown
