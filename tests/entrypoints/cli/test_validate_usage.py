"""`gristmill validate`: what cannot be understood is a mistake of usage, and no verdict."""

from pathlib import Path

import pytest

from tests.entrypoints.cli.validating import GOOD, validate, write


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
