"""Patterns that Polars may judge in RE2's place."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.fast.grammars import whole
from adapters.tabular.fast.patterns import translated
from adapters.tabular.patterns import Re2PatternMatcher
from domain.patterns import InvalidPatternError

ATOMS = [
    "a",
    "B",
    "1",
    "_",
    " ",
    ".",
    r"\d",
    r"\w",
    r"\.",
    "[a-c]",
    "[A-Z0-9_-]",
    "(?:ab|c)",
    "(b)",
]
PIECES = st.tuples(st.sampled_from(ATOMS), st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,3}"]))
PATTERNS = st.lists(PIECES.map("".join), min_size=1, max_size=4).map("".join)
TEXTS = st.text(st.sampled_from("abcAB12_ .-\n\réß１٣"), max_size=6)


@given(
    pattern=PATTERNS | st.text(st.sampled_from("ab1.*+?()[]{}|^$\\dw-,"), max_size=8), text=TEXTS
)
def test_a_translated_pattern_matches_what_re2_matches(pattern: str, text: str) -> None:
    try:
        compiled = Re2PatternMatcher().compile(pattern)
    except InvalidPatternError:
        return
    spelling = translated(pattern)
    if spelling is None:
        return

    matches = pl.Series([text]).str.contains(whole(spelling)).to_list()

    assert matches == [compiled.fullmatch(text)]


@pytest.mark.parametrize("pattern", ["[A-Z]{2}-[0-9]{4}", r"\d+(\.\d{2})?", "^(?:a|b)$", "x.y"])
def test_plain_patterns_are_translated(pattern: str) -> None:
    assert translated(pattern) is not None


@pytest.mark.parametrize(
    "pattern", [r"\p{L}+", "[^a]", r"\s", "(?i)a", "é", r"[\w]", r"\bx", "a{,2}"]
)
def test_patterns_that_might_mean_something_else_are_not(pattern: str) -> None:
    assert translated(pattern) is None
