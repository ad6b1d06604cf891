"""What submitters may ask for."""

import pytest

from domain.errors import InvalidOptionError
from domain.processing_options import (
    DELIMITERS,
    ENCODINGS,
    OUTPUTS,
    MaxErrors,
    parse_delimiter,
    parse_encoding,
    parse_outputs,
)


@pytest.mark.parametrize(
    ("text", "count", "percent"),
    [
        ("0", 0, None),
        ("250", 250, None),
        ("5%", None, 5.0),
        ("0.5%", None, 0.5),
        ("100%", None, 100),
    ],
)
def test_a_count_or_a_percentage_is_read(
    text: str, count: int | None, percent: float | None
) -> None:
    assert MaxErrors.parse(text) == MaxErrors(count=count, percent=percent)
    assert str(MaxErrors.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "-1", "+5", "5 %", "101%", "1_0", "٣", "1e2", "%", ".%", "1.5", "9" * 5000]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidOptionError, match="maxErrors"):
        MaxErrors.parse(text)


def test_a_share_that_is_too_large_is_told_the_most() -> None:
    with pytest.raises(InvalidOptionError, match=r'"500%" is not .*at most 100%'):
        MaxErrors.parse("500%")


@pytest.mark.parametrize(
    ("limit", "rejected", "judged", "exceeded"),
    [
        ("2", 2, 10, False),
        ("2", 3, 10, True),
        ("20%", 2, 10, False),
        ("20%", 3, 10, True),
        ("0%", 0, 0, False),
        ("2.3%", 69, 3000, False),
        ("2.3%", 70, 3000, True),
    ],
)
def test_the_limit_itself_is_still_tolerated(
    limit: str, rejected: int, judged: int, exceeded: bool
) -> None:
    assert MaxErrors.parse(limit).is_exceeded(rejected=rejected, judged=judged) is exceeded


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("UTF-8", "utf-8"),
        ("utf8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("UTF-16LE", "utf-16-le"),
        ("utf-16", "utf-16"),
        ("latin-1", "iso8859-1"),
        ("ISO-8859-15", "iso8859-15"),
        ("windows-1252", "cp1252"),
        ("US-ASCII", "ascii"),
        ("Shift_JIS", "shift_jis"),
    ],
)
def test_an_encoding_goes_by_all_its_names(text: str, name: str) -> None:
    assert parse_encoding(text) == name


@pytest.mark.parametrize("name", ENCODINGS)
def test_every_encoding_has_its_own_name_and_can_be_decoded(name: str) -> None:
    assert parse_encoding(name) == name
    assert "a".encode(name).decode(name) == "a"


@pytest.mark.parametrize(
    "text", ["", "klingon", "rot13", "base64", "idna", "utf-7", "utf-8\0", "../x", "é", "mbcs"]
)
def test_what_is_no_encoding_of_files_is_refused_with_those_that_are(text: str) -> None:
    with pytest.raises(InvalidOptionError, match=r"encoding.*utf-8, utf-16, .*cp1252") as caught:
        parse_encoding(text)

    assert caught.value.value == text


def test_a_refusal_repeats_only_the_beginning_of_what_was_asked() -> None:
    with pytest.raises(InvalidOptionError) as caught:
        parse_encoding("x" * 10_000)

    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_a_delimiter_is_itself(delimiter: str) -> None:
    assert parse_delimiter(delimiter) == delimiter


def test_a_tab_can_be_spelt() -> None:
    assert parse_delimiter("\\t") == "\t"


@pytest.mark.parametrize("text", ["", ":", ",,", " ", '"', "tab"])
def test_another_delimiter_is_refused(text: str) -> None:
    with pytest.raises(InvalidOptionError, match="delimiter"):
        parse_delimiter(text)


@pytest.mark.parametrize(
    ("text", "outputs"),
    [
        ("csv", ("csv",)),
        ("parquet", ("parquet",)),
        ("parquet,csv", ("csv", "parquet")),
        ("ndjson,ndjson,csv,ndjson", ("csv", "ndjson")),
        ("parquet,ndjson,csv", OUTPUTS),
    ],
)
def test_outputs_are_a_set_in_one_order(text: str, outputs: tuple[str, ...]) -> None:
    assert parse_outputs(text) == outputs


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", ""),
        ("csv,", "csv,"),
        ("csv,,parquet", "csv,,parquet"),
        ("csv, parquet", " parquet"),
        ("csv, ", "csv, "),
        ("csv,xlsx", "xlsx"),
        ("CSV", "CSV"),
    ],
)
def test_an_unknown_output_is_refused_by_name_and_a_blank_one_as_it_was_sent(
    text: str, wrong: str
) -> None:
    with pytest.raises(InvalidOptionError, match="one of csv, ndjson, parquet") as caught:
        parse_outputs(text)

    assert (caught.value.option, caught.value.value) == ("outputs", wrong)
