"""How much of a file is judged at once, and how much is read exactly after a doubt."""

from typing import Final

_LEAST: Final = 1 / 64
_GROWTH: Final = 8


class Pace:
    """Follows how often there are doubts, so that neither way of reading is tried in vain.

    Where doubts are rare, chunks are whole and one record is read exactly after each. Where
    they are dense, as in a file with stray quotes everywhere, chunks are small, because most of
    each would be looked at for nothing, and long stretches are read exactly.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._least = max(1, int(most_bytes * _LEAST))
        self.chunk_bytes = most_bytes
        self.exact_bytes = 1
        """At least one record is read, whatever its length."""

    def doubted(self) -> None:
        """A chunk began with a record in doubt."""
        self.chunk_bytes = max(self.chunk_bytes // 4, self._least)
        self.exact_bytes = min(self.exact_bytes * _GROWTH, self._most // _GROWTH + 1)

    def judged(self, size: int, *, is_full: bool) -> None:
        """So many bytes were judged at once; `is_full` when that was all that may be."""
        if is_full:
            # The rest of the chunk was looked at for nothing.
            self.chunk_bytes = min(max(size + size // 4, self._least), self._most)
        elif size > self.chunk_bytes // 2:
            self.chunk_bytes = min(self.chunk_bytes * 2, self._most)
            self.exact_bytes = 1
