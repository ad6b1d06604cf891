"""Makes CSV safe to open in a spreadsheet."""

from abc import ABC, abstractmethod
from collections.abc import Generator


class SpreadsheetProfile(ABC):
    """What people open in a spreadsheet, made of what programs read."""

    @abstractmethod
    def guarded(self, content: Generator[bytes]) -> Generator[bytes]:
        """Yields the CSV in `content`, as the engine writes `clean.csv`, made for spreadsheets.

        A byte order mark comes first, without which they take the text for the local 8-bit
        encoding, and each cell that they could take for a formula has a `'` before it: those
        that begin with `=`, `+`, `-`, `@`, a tab, a CR or a `'` themselves, and are no plain
        number. Nothing else differs. It holds no more than one record and a chunk. Lazy:
        the first step takes the first of `content`, so that what is wrong with it shows there.

        Closes `content` when it is closed; what `content` raises passes through unchanged.
        """
