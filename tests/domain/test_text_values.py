"""Strings and their formats, booleans, and values of any type."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.values.base import Misfit
from tests.domain.schemas import cell, field_of, member


@given(st.text(min_size=1))
def test_a_string_is_its_text_unchanged(text: str) -> None:
    assert cell(text, "string") == text
    assert member(text, "string") == text


@pytest.mark.parametrize(
    ("value", "kind"),
    [(1, "a number"), (1.5, "a number"), (True, "a boolean"), ([], "an array"), ({}, "an object")],
)
def test_no_other_json_value_is_a_string(value: object, kind: str) -> None:
    assert member(value, "string") == Misfit(f"is {kind}, not a string")


def test_half_a_surrogate_pair_is_no_string() -> None:
    assert member("\ud800", "string") == Misfit("holds half of a surrogate pair")
    assert member(["\ud800"], "any") == Misfit("holds half of a surrogate pair")


@pytest.mark.parametrize("text", ["a@b", "first.last+tag@mail.example.org", "o'neil@x-y.example"])
def test_an_email_address_is_what_browsers_accept(text: str) -> None:
    assert cell(text, "string", format="email") == text


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "@b",
        "a@",
        "a@@b",
        "a b@c",
        "a@-b",
        "a@b.",
        "a@b..c",
        "é@b",
        "a@bücher.example",
        "a@b\n",
    ],
)
def test_other_texts_are_no_email_address(text: str) -> None:
    expected = Misfit("is not an e-mail address", "format_error")

    assert cell(text, "string", format="email") == expected


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/a/b?c=d&e#f",
        "http://user@example.org:8080/%20",
        "http://[2001:db8::1]:80/",
        "mailto:a@b",
        "urn:isbn:0451450523",
        "file:///etc/hosts",
        "s3://bucket/key",
    ],
)
def test_a_uri_has_a_scheme(text: str) -> None:
    assert cell(text, "string", format="uri") == text


@pytest.mark.parametrize(
    "text",
    [
        "example.org",
        "/a/b",
        "1http://a",
        "http://a b",
        "http://a/%2",
        "http://é.example",
        "http://a/[b]",
        "http://a#b#c",
        "http://a\\b",
        "://a",
        "http://a\n",
    ],
)
def test_other_texts_are_no_uri(text: str) -> None:
    assert cell(text, "string", format="uri") == Misfit("is not a URI", "format_error")


def test_a_uuid_has_its_hyphens_and_either_case() -> None:
    text = "7D444840-9dc0-11d1-b245-5ffdce74fad2"

    assert cell(text, "string", format="uuid") == text
    for wrong in (text.replace("-", ""), "{" + text + "}", text[:-1], text[:-1] + "g", text + "\n"):
        assert cell(wrong, "string", format="uuid") == Misfit("is not a UUID", "format_error")


@pytest.mark.parametrize("text", ["true", "True", "TRUE", "1"])
def test_the_standard_words_are_true(text: str) -> None:
    assert cell(text, "boolean") is True


@pytest.mark.parametrize("text", ["false", "False", "FALSE", "0"])
def test_the_standard_words_are_false(text: str) -> None:
    assert cell(text, "boolean") is False


@pytest.mark.parametrize("text", ["yes", "tRUE", " true", "t", "2"])
def test_other_words_are_no_boolean(text: str) -> None:
    expected = Misfit("is not one of true, True, TRUE, 1, false, False, FALSE, 0")

    assert cell(text, "boolean") == expected


def test_a_field_has_its_own_words_for_true_and_false() -> None:
    assert cell("ja", "boolean", trueValues=["ja"], falseValues=["nein"]) is True
    assert cell("nein", "boolean", trueValues=["ja"], falseValues=["nein"]) is False
    assert isinstance(cell("true", "boolean", trueValues=["ja"], falseValues=["nein"]), Misfit)


def test_a_long_list_of_words_is_cut_in_the_message() -> None:
    words = [f"word{number}" for number in range(50)]

    misfit = cell("x", "boolean", trueValues=words)

    assert isinstance(misfit, Misfit)
    assert misfit.reason.endswith("word9, …")


@pytest.mark.parametrize("value", [1, 0, "true", None.__class__])
def test_only_true_and_false_are_booleans_in_json(value: object) -> None:
    assert isinstance(member(value, "boolean"), Misfit)
    assert member(True, "boolean") is True


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (1, "1"),
        (True, "true"),
        (Decimal("1.50"), "1.50"),
        ({"b": [1, None, "é"], "a": Decimal("0.10")}, '{"b":[1,null,"é"],"a":0.10}'),
    ],
)
def test_a_value_of_any_type_is_written_as_json_has_it(value: object, text: str) -> None:
    field = field_of("any")
    read = field.read_json(value)

    assert read == value
    assert not isinstance(read, Misfit)
    assert field.format(read) == text


def test_missing_values_are_about_cells_and_null_about_json() -> None:
    assert cell("", "integer") is None
    assert cell("n/a", "integer", missingValues=["n/a"]) is None
    assert cell("", "string", missingValues=["n/a"]) == ""
    assert member(None, "string") is None
    assert member("", "string") == ""
    assert member("n/a", "string", missingValues=["n/a"]) == "n/a"


@pytest.mark.parametrize(
    ("missing_values", "text"), [([""], ""), (["-", ""], ""), (["n/a", "-"], "n/a"), ([], "")]
)
def test_a_missing_value_is_written_so_that_it_is_read_as_missing(
    missing_values: list[str], text: str
) -> None:
    assert field_of("string", missingValues=missing_values).format(None) == text
