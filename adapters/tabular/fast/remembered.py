"""What was found out about texts, kept for when they come again."""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

Found = TypeVar("Found")

_LONGEST_REMEMBERED: Final = 100


class Remembered(Generic[Found]):
    """Asks `find` about each text, and not again as long as it is remembered.

    At most `most` texts are, none of them long.
    """

    def __init__(self, find: Callable[[str], Found], *, most: int) -> None:
        self._find = find
        self._most = most
        self._found: dict[str, Found] = {}

    def __call__(self, text: str) -> Found:
        """What `find` says of the text."""
        if text in self._found:
            return self._found[text]
        found = self._find(text)
        if len(text) <= _LONGEST_REMEMBERED:
            if len(self._found) >= self._most:
                self._found.clear()
            self._found[text] = found
        return found
