"""Where the errors of a file stand in `errors.ndjson`: a page of them is found without the rest."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self, TypeAlias

ErrorKind: TypeAlias = tuple[str, str | None]
"""An error's code and column; None is the record as a whole."""

ERRORS_PER_BLOCK: Final = 1_000
"""How many errors the blocks of a new index hold. A file with fewer needs none."""

_MOST_BLOCKS: Final = 4_096
# In all blocks together: a table of 2,000 columns can have thousands of kinds in each.
_MOST_COUNTS: Final = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBlock:
    """Some errors that follow each other: the place of the first, and how many of each kind.

    `start` and `size` are bytes of `errors.ndjson`.
    """

    start: int
    size: int
    counts: Mapping[ErrorKind, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorIndex:
    """All errors of a file, block by block in their order."""

    blocks: tuple[ErrorBlock, ...]

    @property
    def totals(self) -> Mapping[ErrorKind, int]:
        """How many errors there are of each kind, in the order of their first ones."""
        return sum((Counter(block.counts) for block in self.blocks), Counter[ErrorKind]())

    def to_json(self) -> dict[str, object]:
        """The content of errors.index.json: kinds by their numbers, since they repeat."""
        numbers = {kind: number for number, kind in enumerate(self.totals)}
        return {
            "kinds": [{"code": code, "column": column} for code, column in numbers],
            "blocks": [
                {
                    "start": block.start,
                    "size": block.size,
                    "counts": [[numbers[kind], count] for kind, count in block.counts.items()],
                }
                for block in self.blocks
            ],
        }

    @classmethod
    def from_json(cls, index: Mapping[str, Any]) -> Self:
        """What `to_json` gave."""
        kinds = [(kind["code"], kind["column"]) for kind in index["kinds"]]
        return cls(
            blocks=tuple(
                ErrorBlock(
                    start=block["start"],
                    size=block["size"],
                    counts={kinds[number]: count for number, count in block["counts"]},
                )
                for block in index["blocks"]
            )
        )


class ErrorIndexBuilder:
    """An index in the making, in memory that does not grow with the file.

    Where there are too many blocks, or kinds in them, each two become one, and those that
    follow are as large.
    """

    def __init__(
        self,
        *,
        errors_per_block: int = ERRORS_PER_BLOCK,
        most_blocks: int = _MOST_BLOCKS,
        most_counts: int = _MOST_COUNTS,
    ) -> None:
        self._blocks: list[ErrorBlock] = []
        self._errors_per_block = errors_per_block
        self._most_blocks = most_blocks
        self._most_counts = most_counts
        self._start = self._size = 0
        self._counts: Counter[ErrorKind] = Counter()
        self._held = self._held_counts = 0

    def add(self, kind: ErrorKind, *, size: int) -> None:
        """One more error was written, in so many bytes."""
        self._counts[kind] += 1
        self._size += size
        self._held += 1
        if self._held == self._errors_per_block:
            self._end_block()

    def build(self) -> ErrorIndex | None:
        """The index; None when there are so few errors that all can be read for any page."""
        if not self._blocks:
            return None
        return ErrorIndex(blocks=(*self._blocks, *self._open_block()))

    def _open_block(self) -> Iterator[ErrorBlock]:
        if self._held:
            yield ErrorBlock(start=self._start, size=self._size, counts=dict(self._counts))

    def _end_block(self) -> None:
        self._blocks.extend(self._open_block())
        self._held_counts += len(self._counts)
        self._start += self._size
        self._size = self._held = 0
        self._counts.clear()
        while self._is_too_large():
            self._halve()

    def _is_too_large(self) -> bool:
        has_many_counts = self._held_counts > self._most_counts and len(self._blocks) > 1
        return len(self._blocks) > self._most_blocks or has_many_counts

    def _halve(self) -> None:
        blocks = self._blocks
        self._blocks = [_joined(blocks[at : at + 2]) for at in range(0, len(blocks), 2)]
        self._held_counts = sum(len(block.counts) for block in self._blocks)
        self._errors_per_block *= 2


def _joined(blocks: Sequence[ErrorBlock]) -> ErrorBlock:
    counts: Counter[ErrorKind] = Counter()
    for block in blocks:
        counts.update(block.counts)
    return ErrorBlock(
        start=blocks[0].start, size=sum(block.size for block in blocks), counts=dict(counts)
    )
