"""Regular expressions by RE2, whose time is linear in the text."""

from collections.abc import Callable

import re2

from domain.patterns import CompiledPattern, InvalidPatternError, PatternMatcher


class Re2PatternMatcher(PatternMatcher):
    """Compiles with RE2, which itself refuses look-around and back-references.

    The syntax is RE2's over UTF-8: `.` is any character but a line feed, `\\d` and `\\w` are
    ASCII, `\\p{L}` is any letter.
    """

    def compile(self, pattern: str) -> CompiledPattern:
        """The pattern, matching whole values; raises InvalidPatternError."""
        options = re2.Options()
        # RE2 would write every refusal to standard error.
        options.log_errors = False
        try:
            return _Re2Pattern(re2.compile(pattern, options).fullmatch)
        except (re2.error, UnicodeError) as error:
            raise InvalidPatternError(pattern, _reason(error)) from error


class _Re2Pattern(CompiledPattern):
    def __init__(self, fullmatch: Callable[[str], object]) -> None:
        self._fullmatch = fullmatch

    def fullmatch(self, text: str) -> bool:
        return self._fullmatch(text) is not None


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(error)
