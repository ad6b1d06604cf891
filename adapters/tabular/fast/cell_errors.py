"""What is wrong with cells, found out once for each text that comes again."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from adapters.tabular.fast.remembered import Remembered
from domain.layout import Column
from domain.row_error import RowError
from domain.row_validator import errors_of_text

# Texts over all columns, of at most a hundred characters and each with its error: 10 MiB.
_MOST_REMEMBERED: Final = 10_000


class CellErrors:
    """The errors of cells by their columns' positions in the layout; knows nothing of keys."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        share = _MOST_REMEMBERED // len(columns)
        self._found = [
            Remembered(partial(errors_of_text, column), most=share) for column in columns
        ]

    def of_record(
        self, cells: Sequence[str], doubts: Sequence[int], *, row: int, line: int
    ) -> tuple[RowError, ...]:
        """Those of the record's cells in the columns that are in doubt."""
        return tuple(
            [
                error.at(row=row, line=line)
                for position in doubts
                for error in self._found[position](self._columns[position].cell_of(cells))
            ]
        )
