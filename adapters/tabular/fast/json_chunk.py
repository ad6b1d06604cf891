"""The records of one chunk of JSON as rows: at once where that is certain, singly where not."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter

import numpy as np
import polars as pl

from adapters.tabular.fast.cells import text_name
from adapters.tabular.fast.json_cells import JsonCells
from adapters.tabular.fast.json_chunks import CutJson
from adapters.tabular.fast.json_claims import JsonKeyClaims
from adapters.tabular.fast.json_judge import JudgedMembers
from adapters.tabular.fast.json_kinds import kind_of
from adapters.tabular.fast.key_claims import Keys
from adapters.tabular.fast.marks import Positions
from adapters.tabular.json_judge import JsonJudge
from adapters.tabular.json_reader import JsonElement
from adapters.tabular.table import AcceptedRows, TableRow
from domain.row_validator import CheckedRow
from domain.transform import Change


class JsonChunkRows:
    """Iterates once over the rows of a chunk, the accepted ones all together at the end.

    Its first record is row number `row`.
    """

    def __init__(
        self,
        judge: JsonJudge,
        chunk: CutJson,
        *,
        cells: JsonCells,
        judged: JudgedMembers,
        claims: JsonKeyClaims,
        row: int,
    ) -> None:
        self._judge = judge
        self._chunk = chunk
        self._cells = cells
        self._judged = judged
        written = judge.layout.output_positions
        self._written = range(len(judge.layout.columns)) if written is None else written
        self._doubts = dict(judged.doubts)
        self._is_accepted = judged.is_accepted.copy()
        self._claims = claims
        self._row = row

    def __iter__(self) -> Iterator[TableRow | AcceptedRows]:
        others: dict[int, CheckedRow] = {}
        for index, row in self._judged_singly():
            self._is_accepted[index] = False
            if row.checked is not None and row.checked.is_accepted:
                others[index] = row.checked
            else:
                yield row
        accepted = self._accepted(others)
        if accepted.count:
            yield accepted

    def _judged_singly(self) -> list[tuple[int, TableRow]]:
        """The doubtful records, and those whose keys were there before, in their order."""
        others = np.flatnonzero(~self._is_accepted).tolist()
        if not self._claims:
            return [(index, self._judged_exactly(index)) for index in others]
        # Keys are claimed by good and doubtful records alike, each in its turn.
        accepted = np.flatnonzero(self._is_accepted)
        keys = self._claims.keys(self._cells, self._is_accepted)
        rows, duplicates, start = list[tuple[int, TableRow]](), list[int](), 0
        ends = np.searchsorted(accepted, others).tolist()
        for index, end in zip([*others, None], [*ends, len(accepted)], strict=True):
            duplicates += self._claimed_before(
                accepted[start:end], [of_rule[start:end] for of_rule in keys]
            )
            start = end
            if index is not None:
                rows.append((index, self._judged_exactly(index)))
        # What is claimed again for its errors has the same row, and so finds what it found.
        self._doubts |= dict.fromkeys(duplicates, ())
        rows += [(index, self._judged_exactly(index)) for index in duplicates]
        return sorted(rows, key=itemgetter(0))

    def _claimed_before(self, records: Positions, keys: Keys) -> list[int]:
        """Which of these records have a key that an earlier one had."""
        found = self._claims.claimed_before(keys, rows=(records + self._row).tolist())
        return records[sorted(found)].tolist() if found else []

    def _judged_exactly(self, index: int) -> TableRow:
        chunk, scan = self._chunk, self._chunk.scan
        element = JsonElement(
            line=chunk.line + int(scan.lines[index]),
            text=chunk.content[scan.starts[index] : scan.ends[index]],
        )
        row, doubts = self._row + index, self._doubts.get(index)
        if doubts is None:
            return self._judge.judge(element, row=row)
        return self._judge.judge_doubtful(element, positions=doubts, row=row)

    def _accepted(self, others: Mapping[int, CheckedRow]) -> AcceptedRows:
        """All accepted records in their order; `others` are those that were judged singly."""
        kinds = {at: it for at, it in self._judged.kinds.items() if at in self._written}
        table = self._judged.texts.select(map(text_name, self._written)).with_columns(
            it.alias(_kind_name(at)) for at, it in kinds.items()
        )
        if not self._is_accepted.all():
            table = table.filter(self._is_accepted)
        if others:
            records = [self._record(checked, kinds) for checked in others.values()]
            added = pl.DataFrame(records, schema=table.schema, orient="row")
            places = np.concatenate([np.flatnonzero(self._is_accepted), list(others)])
            table = pl.concat([table, added])[np.argsort(places)]
        return AcceptedRows(
            table.select(map(text_name, self._written)),
            changes=self._changes(others.values()),
            kinds={text_name(at): table.get_column(_kind_name(at)) for at in kinds},
        )

    def _record(self, checked: CheckedRow, any_positions: Iterable[int]) -> list[str | int | None]:
        """The texts of a record, and behind them the kinds of values of any type."""
        columns, values = self._judge.layout.columns, checked.values
        texts = [
            None if values[at] is None else columns[at].field.format(values[at])
            for at in self._written
        ]
        return [*texts, *(kind_of(values[at]) for at in any_positions)]

    def _changes(self, others: Iterable[CheckedRow]) -> Counter[Change]:
        """What the schema's rules changed in the accepted records."""
        changes = Counter(change for checked in others for change in checked.changes)
        for change, flags in self._judged.changes.items():
            changes[change] += int(np.count_nonzero(flags & self._is_accepted))
        return changes


def _kind_name(at: int) -> str:
    return f"kind{at}"
