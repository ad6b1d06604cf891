"""The records of one chunk as rows: at once where that is certain, one by one where not."""

from collections.abc import Callable, Iterator

import numpy as np
import polars as pl

from adapters.tabular.csv_judge import CsvJudge, row_of
from adapters.tabular.csv_reader import CsvRecord
from adapters.tabular.fast.cell_judge import JudgedCells
from adapters.tabular.fast.cells import cell_name
from adapters.tabular.fast.clean_records import clean_records
from adapters.tabular.fast.marks import Flags, Positions
from adapters.tabular.table import AcceptedRows, TableRow
from domain.row_validator import CheckedRow


class ChunkRows:
    """Iterates once over the rows of a chunk, the accepted ones all together at the end.

    `cells` and `judged` are those of the plain records. `record_at` reads any record exactly.
    The first record is row number `row`, and each begins on the line that `lines` has for it.
    """

    def __init__(
        self,
        judge: CsvJudge,
        *,
        is_plain: Flags,
        cells: pl.DataFrame,
        judged: JudgedCells,
        record_at: Callable[[int], CsvRecord],
        row: int,
        lines: Positions,
    ) -> None:
        self._judge = judge
        self._is_plain = is_plain
        self._cells = cells
        self._texts = judged.texts
        self._is_accepted = np.zeros(len(is_plain), np.bool_)
        self._is_accepted[is_plain] = judged.is_accepted
        self._record_at = record_at
        self._row = row
        self._lines = lines

    def __iter__(self) -> Iterator[TableRow | AcceptedRows]:
        others: dict[int, list[str]] = {}
        for index, row in self._judged_singly():
            if row.checked is not None and row.checked.is_accepted:
                others[index] = self._formatted(row.checked)
            else:
                self._is_accepted[index] = False
                yield row
        texts = self._accepted_texts(others)
        if texts.height:
            yield AcceptedRows(count=texts.height, records=clean_records(texts))

    def _judged_singly(self) -> Iterator[tuple[int, TableRow]]:
        """The doubtful records, and those whose keys were there before."""
        if self._judge.validator.key_positions:
            yield from self._in_order_of_keys()
            return
        for index in np.flatnonzero(~self._is_accepted).tolist():
            yield index, self._judged_exactly(index)

    def _in_order_of_keys(self) -> Iterator[tuple[int, TableRow]]:
        # Keys are claimed by good and doubtful records alike, each in its turn.
        keys = self._keys()
        for index, is_accepted in enumerate(self._is_accepted.tolist()):
            key = next(keys) if self._is_plain[index] else []
            if not is_accepted:
                yield index, self._judged_exactly(index)
            elif (row := self._duplicate(index, key)) is not None:
                yield index, row

    def _keys(self) -> Iterator[list[str]]:
        columns = self._judge.layout.columns
        names = [
            cell_name(columns[position].source) for position in self._judge.validator.key_positions
        ]
        parts = [self._cells.get_column(name).fill_null("").to_list() for name in names]
        return map(list, zip(*parts, strict=True))

    def _duplicate(self, index: int, key: list[str]) -> TableRow | None:
        row, line = self._row + index, int(self._lines[index])
        errors = self._judge.validator.claim_keys(key, row=row, line=line)
        if not errors:
            return None
        return row_of(self._record_at(index), CheckedRow(errors=errors), row=row)

    def _judged_exactly(self, index: int) -> TableRow:
        return self._judge.judge(self._record_at(index), row=self._row + index)

    def _formatted(self, checked: CheckedRow) -> list[str]:
        columns = self._judge.layout.columns
        return [
            column.field.format(value)
            for column, value in zip(columns, checked.values, strict=True)
        ]

    def _accepted_texts(self, others: dict[int, list[str]]) -> pl.DataFrame:
        """The texts of all accepted records in their order."""
        texts = self._texts.filter(self._is_accepted[self._is_plain])
        if not others:
            return texts
        added = pl.DataFrame(
            [[text or None for text in row] for row in others.values()],
            schema=texts.schema,
            orient="row",
        )
        places = np.concatenate([np.flatnonzero(self._is_accepted), list(others)])
        return pl.concat([texts, added])[np.argsort(places)]
