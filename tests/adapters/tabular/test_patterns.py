"""Patterns by RE2."""

import pytest

from adapters.tabular.patterns import Re2PatternMatcher
from domain.patterns import InvalidPatternError


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("[A-Z]{2}", "AB", True),
        ("[A-Z]{2}", "ABC", False),
        ("[A-Z]{2}", "xAB", False),
        ("a|ab", "ab", True),
        ("a$", "a\n", False),
        ("a.c", "a\nc", False),
        ("a.c", "aéc", True),
        ("\\p{Greek}+", "αβ", True),
        ("\\d", "१", False),
        ("(?i)x", "X", True),
        ("", "", True),
        ("(a*)*b", "a" * 5000, False),
    ],
)
def test_a_pattern_matches_the_whole_value(pattern: str, text: str, matches: bool) -> None:
    assert Re2PatternMatcher().compile(pattern).fullmatch(text) is matches


@pytest.mark.parametrize(
    "pattern", ["(?=a)", "(?<!a)b", "(a)\\1", "(?P<x>a)(?P=x)", "a(", "a{2000}", "\ud800"]
)
def test_what_is_not_linear_or_broken_is_refused_in_silence(
    pattern: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InvalidPatternError) as refused:
        Re2PatternMatcher().compile(pattern)

    assert refused.value.pattern == pattern
    assert refused.value.reason
    assert capfd.readouterr().err == ""
