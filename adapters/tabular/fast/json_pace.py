"""How much of a JSON content is judged at once, and how much is read exactly after a doubt."""

from typing import Final

_LEAST: Final = 1 / 32
_GROWTH: Final = 4


class JsonPace:
    """Follows how often there are doubts, so that neither way of reading is tried in vain.

    As Pace does for CSV; but reading exactly is ten times as slow here, so that a few records
    that are judged at once are worth a look at many, and long stretches are read exactly only
    where hardly one record is without a doubt.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._least = max(1, int(most_bytes * _LEAST))
        self.chunk_bytes = most_bytes
        self.exact_bytes = 1
        """At least one element is read, whatever its length."""

    def doubted(self) -> None:
        """A chunk began with an element in doubt."""
        self.chunk_bytes = max(self.chunk_bytes // 2, self._least)
        self.exact_bytes = min(self.exact_bytes * _GROWTH, self._least)

    def judged(self, size: int, *, is_full: bool) -> None:
        """So many bytes were judged at once; `is_full` when that was all that may be."""
        if is_full:
            # The rest of the chunk was looked at for nothing.
            self.chunk_bytes = min(max(size + size // 4, self._least), self._most)
        elif size > self.chunk_bytes // 2:
            self.chunk_bytes = min(self.chunk_bytes * 2, self._most)
        if size > self._least // 4:
            self.exact_bytes = 1
