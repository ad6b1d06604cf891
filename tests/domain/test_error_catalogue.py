"""The catalogue of error codes."""

import re
from string import Formatter

import pytest

from domain.error_catalogue import CATALOGUE, CatalogueEntry, ErrorLevel
from domain.row_error import EXCERPT_CHARACTERS, excerpt, quoted, row_error

FILE = """no_valid_rows too_many_errors rows_rejected empty_file no_header encoding_unknown
    not_this_type gzip_corrupt decompression_limit results_too_large too_many_columns header_duplicate header_blank
    field_missing field_unknown"""
ROW = """missing_cell extra_cell stray_quote unclosed_quote encoding_error nul_byte
    record_too_long json_syntax not_an_object duplicate_key too_deep row_rule"""
CELL = """required type_error format_error min_length max_length minimum maximum
    exclusive_minimum exclusive_maximum pattern enum unique primary_key cell_too_long"""


def test_the_codes_are_stable() -> None:
    by_level = {
        level: [entry.code for entry in CATALOGUE.values() if entry.level is level]
        for level in ErrorLevel
    }

    assert by_level == {"file": FILE.split(), "row": ROW.split(), "cell": CELL.split()}


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_every_example_is_its_template_filled_in(entry: CatalogueEntry) -> None:
    grammar = "".join(
        re.escape(text) + (".*" if name is not None else "")
        for text, name, _, _ in Formatter().parse(entry.template)
    )

    assert re.fullmatch(grammar, entry.example)
    assert entry.title[0].isupper()


def test_an_error_is_the_catalogues_message_with_its_facts() -> None:
    error = row_error("type_error", row=3, line=4, column="a", value="{x}\n", reason="is no date")

    assert error.message == '"{x}\\n" is no date'
    assert error.value == "{x}\n"
    assert str(error) == 'row 3, column "a": "{x}\\n" is no date'


def test_an_error_of_the_whole_record_names_no_column() -> None:
    error = row_error("nul_byte", row=3, line=4, hint="")

    assert (error.column, error.value) == (None, None)
    assert str(error) == "row 3: the record holds a NUL character"


def test_a_fact_that_is_not_given_is_a_bug() -> None:
    with pytest.raises(KeyError):
        row_error("too_deep", row=1, line=1)


def test_an_excerpt_is_short_and_can_be_encoded() -> None:
    assert excerpt("x" * EXCERPT_CHARACTERS) == "x" * EXCERPT_CHARACTERS
    assert excerpt("x" * (EXCERPT_CHARACTERS + 1)) == "x" * EXCERPT_CHARACTERS + "…"
    assert excerpt("a\ud800") == "a?"


def test_a_quoted_value_moves_no_cursor_and_turns_no_text_around() -> None:
    assert quoted("\x9b2J\u2028\u202e\u2066") == '"\\x9b2J\\u2028\\u202e\\u2066"'


def test_a_quoted_value_stands_on_one_line() -> None:
    assert quoted("a\tb\r\n\x00é\x7f") == '"a\\tb\\r\\n\\x00é\\x7f"'
