"""How full the table is that JSON objects make."""

from typing import Final

# Below, reading a record exactly takes no longer than its share of a chunk judged at once,
# whose columns each cost the same whether their cells are there or not.
_LEAST_COLUMNS: Final = 256
_MOST_CELLS_PER_MEMBER: Final = 16


class MemberCounts:
    """Counts records and their members."""

    def __init__(self) -> None:
        self._records = self._members = 0

    def add(self, *, records: int, members: int) -> None:
        """So many more were there."""
        self._records += records
        self._members += members

    def are_sparse(self, *, columns: int) -> bool:
        """True when in a table of so many columns hardly any of the cells would be there."""
        cells = self._records * columns
        return columns >= _LEAST_COLUMNS and cells > self._members * _MOST_CELLS_PER_MEMBER
