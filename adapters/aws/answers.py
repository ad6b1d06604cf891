"""Answers that the service did not give, as of a proxy that speaks in its place."""

from collections.abc import Generator
from contextlib import contextmanager


class UnusableAnswerError(Exception):
    """An answer came, and lacks what every answer to that call has."""


@contextmanager
def reading_the_answer() -> Generator[None]:
    """Raises UnusableAnswerError when the block does not find what it reads; it does no more."""
    try:
        yield
    except (LookupError, TypeError, ValueError) as error:
        raise UnusableAnswerError from error
