"""The records of one chunk as rows: at once where that is certain, one by one where not."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter

import numpy as np
import polars as pl

from adapters.tabular.csv_judge import CsvJudge
from adapters.tabular.csv_reader import CsvRecord
from adapters.tabular.fast.cell_errors import CellErrors
from adapters.tabular.fast.cell_judge import DoubtfulRecord, JudgedCells
from adapters.tabular.fast.key_claims import KeyClaims, Keys
from adapters.tabular.fast.marks import Flags, Positions
from adapters.tabular.table import AcceptedRows, TableRow
from domain.row_validator import CheckedRow
from domain.transform import Change


class ChunkRows:
    """Iterates once over the rows of a chunk, the accepted ones all together at the end.

    `judged` are the cells of the plain records. `record_at` reads any record exactly; each
    begins after `lines` of the file. The first record is row number `row`.
    """

    def __init__(
        self,
        judge: CsvJudge,
        *,
        is_plain: Flags,
        judged: JudgedCells,
        record_at: Callable[[int], CsvRecord],
        row: int,
        lines: Positions,
        claims: KeyClaims,
        cell_errors: CellErrors,
    ) -> None:
        self._judge = judge
        self._is_plain = is_plain
        self._judged = judged
        self._doubtful = judged.doubtful()
        self._is_accepted = np.zeros(len(is_plain), np.bool_)
        self._is_accepted[is_plain] = judged.is_accepted
        self._record_at = record_at
        self._row = row
        self._lines = lines
        self._claims = claims
        self._cell_errors = cell_errors
        self._others: dict[int, Sequence[str | None]] = {}
        """The texts of records that were in doubt and accepted all the same."""
        self._changes: Counter[Change] = Counter()

    def __iter__(self) -> Iterator[TableRow | AcceptedRows]:
        for index, row in self._judged_singly():
            if row.checked is not None and row.checked.is_accepted:
                self._changes.update(row.checked.changes)
                continue
            self._is_accepted[index] = False
            yield row
        texts = self._accepted_texts()
        if texts.height:
            yield AcceptedRows(self._written(texts), self._changes + self._changes_at_once())

    def _judged_singly(self) -> Iterator[tuple[int, TableRow]]:
        """The doubtful records, and those whose keys were there before."""
        if self._claims:
            yield from self._in_order_of_keys()
            return
        for index in np.flatnonzero(~self._is_accepted).tolist():
            yield index, self._judged_by_itself(index)

    def _in_order_of_keys(self) -> list[tuple[int, TableRow]]:
        # Keys are claimed by good and doubtful records alike, each in its turn.
        accepted = np.flatnonzero(self._is_accepted)
        keys = self._claims.keys(self._judged.table.filter(self._is_accepted[self._is_plain]))
        others = np.flatnonzero(~self._is_accepted)
        rows, duplicates, start = list[tuple[int, TableRow]](), list[int](), 0
        ends = np.searchsorted(accepted, others).tolist()
        for index, end in zip([*others.tolist(), None], [*ends, len(accepted)], strict=True):
            duplicates += self._claimed_before(
                accepted[start:end], [of_rule[start:end] for of_rule in keys]
            )
            start = end
            if index is not None:
                rows.append((index, self._judged_by_itself(index)))
        rows += zip(duplicates, self._duplicates(duplicates), strict=True)
        return sorted(rows, key=itemgetter(0))

    def _claimed_before(self, records: Positions, keys: Keys) -> list[int]:
        """Which of these records have a key that an earlier one had."""
        found = self._claims.claimed_before(keys, rows=(records + self._row).tolist())
        return records[sorted(found)].tolist() if found else []

    def _duplicates(self, indexes: list[int]) -> Iterator[TableRow]:
        validator, columns = self._judge.validator, self._judge.layout.columns
        cells_of_all = self._judged.cells
        plain: Positions = np.cumsum(self._is_plain)[np.array(indexes, np.int64)] - 1
        for index, cells in zip(indexes, cells_of_all[plain].fill_null("").rows(), strict=True):
            row, line = self._row + index, int(self._lines[index]) + 1
            key_cells = [columns[at].cell_of(cells) for at in validator.key_positions]
            errors = validator.claim_keys(key_cells, row=row, line=line)
            yield TableRow(row=row, line=line, checked=CheckedRow(errors=errors), cells=cells)

    def _judged_by_itself(self, index: int) -> TableRow:
        if self._is_plain[index]:
            return self._judged_by_its_doubts(index, next(self._doubtful))
        row = self._judge.judge(self._record_at(index), row=self._row + index)
        if row.checked is not None and row.checked.is_accepted:
            self._others[index] = self._formatted(range(len(row.checked.values)), row.checked)
        return row

    def _judged_by_its_doubts(self, index: int, record: DoubtfulRecord) -> TableRow:
        """The row, of which only the cells in doubt were looked at again, and watched ones."""
        row, line = self._row + index, int(self._lines[index]) + 1
        checked = self._checked(record, row=row, line=line)
        if checked.is_accepted:
            texts = list(self._judged.texts_of(record))
            places = self._places_to_check(record)
            for at, text in zip(places, self._formatted(places, checked), strict=True):
                texts[at] = text
            self._others[index] = texts
        return TableRow(row=row, line=line, checked=checked, cells=record.cells)

    def _checked(self, record: DoubtfulRecord, *, row: int, line: int) -> CheckedRow:
        validator, columns = self._judge.validator, self._judge.layout.columns
        if not validator.watched_positions:
            errors = self._cell_errors.of_record(record.cells, record.doubts, row=row, line=line)
            if errors:
                return CheckedRow(errors=errors)
        cells = {at: columns[at].cell_of(record.cells) for at in self._places_to_check(record)}
        return validator.validate_doubtful(cells, row=row, line=line)

    def _places_to_check(self, record: DoubtfulRecord) -> Sequence[int]:
        return sorted({*record.doubts, *self._judge.validator.watched_positions})

    def _formatted(self, places: Sequence[int], checked: CheckedRow) -> list[str | None]:
        columns = self._judge.layout.columns
        return [
            None if value is None else columns[at].field.format(value)
            for at, value in zip(places, checked.values, strict=True)
        ]

    def _changes_at_once(self) -> Counter[Change]:
        is_accepted = self._is_accepted[self._is_plain]
        return Counter(
            {
                change: int(np.count_nonzero(flags & is_accepted))
                for change, flags in self._judged.changes.items()
            }
        )

    def _written(self, texts: pl.DataFrame) -> pl.DataFrame:
        positions = self._judge.layout.output_positions
        return texts if positions is None else texts[:, list(positions)]

    def _accepted_texts(self) -> pl.DataFrame:
        """The texts of all accepted records in their order."""
        texts = self._judged.texts
        is_accepted = self._is_accepted[self._is_plain]
        if not is_accepted.all():
            texts = texts.filter(is_accepted)
        if not self._others:
            return texts
        added = pl.DataFrame([*self._others.values()], schema=texts.schema, orient="row")
        places = np.concatenate([np.flatnonzero(self._is_accepted), list(self._others)])
        return pl.concat([texts, added])[np.argsort(places)]
