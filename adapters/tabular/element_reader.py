"""What reads the elements of a JSON content one by one, and lets others take many at once."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from adapters.tabular.json_beginnings import Lookalikes
from adapters.tabular.json_reader import JsonElement


class ElementReader(Protocol):
    """Iterates once over the elements; holds one at a time.

    Between two steps of the iteration, another may look `ahead` and `take` elements, and the
    iteration goes on behind them.
    """

    def __iter__(self) -> Iterator[JsonElement]: ...

    @property
    def line(self) -> int:
        """The line in which the reader stands."""

    @property
    def position(self) -> int:
        """How many bytes were taken so far."""

    @property
    def may_skip(self) -> bool:
        """True where objects may be taken by `take`.

        To this reader each of them would be an element, whatever the strings in it hold.
        """

    @property
    def lookalikes(self) -> Lookalikes | None:
        """Which objects inside of an object keep it from being taken; None where none does."""

    def ahead(self, size: int) -> bytes:
        """The next `size` bytes, which stay here; fewer at the end."""

    def take(self, size: int, *, lines: int, beginnings: Iterable[bytes]) -> None:
        """Goes on behind the next `size` bytes, in which so many `lines` end, read by another.

        They are whole elements with what stands between them, and begin as the `beginnings` do,
        of which every different one is there in its turn.
        """
