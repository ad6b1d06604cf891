"""The records of one chunk as rows: at once where that is certain, one by one where not."""

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import polars as pl

from adapters.tabular.csv_judge import CsvJudge, row_of
from adapters.tabular.csv_reader import CsvRecord
from adapters.tabular.fast.cell_judge import JudgedCells
from adapters.tabular.fast.key_claims import KeyClaims
from adapters.tabular.fast.marks import Flags
from adapters.tabular.table import AcceptedRows, TableRow
from domain.row_validator import CheckedRow
from domain.transform import Change


class ChunkRows:
    """Iterates once over the rows of a chunk, the accepted ones all together at the end.

    `cells` and `judged` are those of the plain records. `record_at` reads any record exactly.
    The first record is row number `row`.
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
        claims: KeyClaims,
    ) -> None:
        self._judge = judge
        self._is_plain = is_plain
        self._cells = cells
        self._texts = judged.texts
        self._changed = judged.changes
        self._is_accepted = np.zeros(len(is_plain), np.bool_)
        self._is_accepted[is_plain] = judged.is_accepted
        self._record_at = record_at
        self._row = row
        self._claims = claims

    def __iter__(self) -> Iterator[TableRow | AcceptedRows]:
        others: dict[int, list[str]] = {}
        changes: Counter[Change] = Counter()
        for index, row in self._judged_singly():
            if row.checked is not None and row.checked.is_accepted:
                others[index] = self._formatted(row.checked)
                changes.update(row.checked.changes)
            else:
                self._is_accepted[index] = False
                yield row
        texts = self._accepted_texts(others)
        if texts.height:
            yield AcceptedRows(self._written(texts), changes + self._changes_at_once())

    def _judged_singly(self) -> Iterator[tuple[int, TableRow]]:
        """The doubtful records, and those whose keys were there before."""
        if self._claims:
            yield from self._in_order_of_keys()
            return
        for index in np.flatnonzero(~self._is_accepted).tolist():
            yield index, self._judged_exactly(index)

    def _in_order_of_keys(self) -> Iterator[tuple[int, TableRow]]:
        # Keys are claimed by good and doubtful records alike, each in its turn.
        accepted = np.flatnonzero(self._is_accepted)
        cells = self._cells.filter(self._is_accepted[self._is_plain])
        are_new = self._claims.are_new(cells, (accepted + self._row).tolist())
        for index, is_accepted in enumerate(self._is_accepted.tolist()):
            if not is_accepted:
                yield index, self._judged_exactly(index)
            elif not next(are_new):
                yield index, self._duplicate(index)

    def _duplicate(self, index: int) -> TableRow:
        record, row = self._record_at(index), self._row + index
        validator, columns = self._judge.validator, self._judge.layout.columns
        cells = [record.cells[columns[at].source] for at in validator.key_positions]
        errors = validator.claim_keys(cells, row=row, line=record.line)
        return row_of(record, CheckedRow(errors=errors), row=row)

    def _judged_exactly(self, index: int) -> TableRow:
        return self._judge.judge(self._record_at(index), row=self._row + index)

    def _formatted(self, checked: CheckedRow) -> list[str]:
        columns = self._judge.layout.columns
        return [
            column.field.format(value)
            for column, value in zip(columns, checked.values, strict=True)
        ]

    def _changes_at_once(self) -> Counter[Change]:
        is_accepted = self._is_accepted[self._is_plain]
        return Counter(
            {change: int((flags & is_accepted).sum()) for change, flags in self._changed.items()}
        )

    def _written(self, texts: pl.DataFrame) -> pl.DataFrame:
        positions = self._judge.layout.output_positions
        return texts if positions is None else texts[:, list(positions)]

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
