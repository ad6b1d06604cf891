"""`gristmill validate`: how a file is written, and what is told of its header."""

import csv
from pathlib import Path

import pytest

from tests.entrypoints.cli.validating import validate, write


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
