"""Regular expressions, without saying whose."""

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from domain.errors import DomainError


class InvalidPatternError(DomainError):
    """The pattern is broken, or asks for what cannot be matched in linear time."""

    code = "invalid_pattern"

    def __init__(self, pattern: str, reason: str) -> None:
        super().__init__(f'the pattern "{pattern}" cannot be used: {reason}')
        self.pattern = pattern
        self.reason = reason


class CompiledPattern(Protocol):
    """One pattern, ready for any number of values."""

    def fullmatch(self, text: str) -> bool:
        """True when the whole of `text` matches, to its last character."""


@runtime_checkable
class PatternMatcher(Protocol):
    """A regular expression engine whose time is linear in the text, whatever the pattern."""

    def compile(self, pattern: str) -> CompiledPattern:
        """The pattern, ready to match.

        Raises InvalidPatternError for a broken one, and for look-around and back-references,
        which no linear engine has.
        """


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern as the schema spells it, and its compiled form."""

    text: str
    compiled: CompiledPattern = field(compare=False, repr=False)
