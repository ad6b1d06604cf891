"""The records of one chunk of JSON as rows: at once where that is certain, singly where not."""

from collections import Counter
from collections.abc import Iterator
from operator import itemgetter
from typing import cast

import numpy as np
import polars as pl

from adapters.tabular.fast.json_chunks import CutJson
from adapters.tabular.fast.json_claims import JsonKeyClaims
from adapters.tabular.fast.json_judge import JudgedMembers
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
        judged: JudgedMembers,
        claims: JsonKeyClaims,
        row: int,
        are_typed: bool,
    ) -> None:
        self._judge = judge
        self._chunk = chunk
        self._texts = _written(judge, judged.texts)
        self._changed = judged.changes
        self._doubts = dict(judged.doubts)
        self._are_typed = are_typed
        self._is_accepted = judged.is_accepted.copy()
        self._claims = claims
        self._row = row

    def __iter__(self) -> Iterator[TableRow | AcceptedRows]:
        others: dict[int, TableRow] = {}
        for index, row in self._judged_singly():
            self._is_accepted[index] = False
            if row.checked is not None and row.checked.is_accepted:
                others[index] = row
            else:
                yield row
        if self._are_typed:
            yield from self._between(others)
            return
        texts = self._accepted_texts(others)
        if texts.height:
            changes = [change for row in others.values() for change in _checked(row).changes]
            yield AcceptedRows(texts, Counter(changes) + self._changes(slice(None)))

    def _between(self, others: dict[int, TableRow]) -> Iterator[TableRow | AcceptedRows]:
        """All accepted records in their order, the `others` as they are."""
        start = 0
        for index in (*others, len(self._is_accepted)):
            among = slice(start, index)
            texts = self._texts[among].filter(self._is_accepted[among])
            if texts.height:
                yield AcceptedRows(texts, self._changes(among))
            if index in others:
                yield others[index]
            start = index + 1

    def _changes(self, among: slice) -> Counter[Change]:
        """What the schema's rules changed in those that were accepted at once."""
        return Counter(
            {
                change: int((flags & self._is_accepted)[among].sum())
                for change, flags in self._changed.items()
            }
        )

    def _judged_singly(self) -> list[tuple[int, TableRow]]:
        """The doubtful records, and those whose keys were there before, in their order."""
        others = np.flatnonzero(~self._is_accepted).tolist()
        if not self._claims:
            return [(index, self._judged_exactly(index)) for index in others]
        # Keys are claimed by good and doubtful records alike, each in its turn.
        accepted = np.flatnonzero(self._is_accepted)
        keys = self._claims.keys(self._chunk.cells, self._is_accepted)
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

    def _accepted_texts(self, others: dict[int, TableRow]) -> pl.DataFrame:
        """The texts of all accepted records in their order."""
        is_accepted = self._is_accepted
        texts = self._texts if is_accepted.all() else self._texts.filter(is_accepted)
        if not others:
            return texts
        added = pl.DataFrame(
            [self._formatted(_checked(row)) for row in others.values()],
            schema=texts.schema,
            orient="row",
        )
        places = np.concatenate([np.flatnonzero(is_accepted), list(others)])
        return pl.concat([texts, added])[np.argsort(places)]

    def _formatted(self, checked: CheckedRow) -> list[str | None]:
        return [
            column.field.format(value) or None
            for column, value in zip(self._judge.layout.columns, checked.values, strict=True)
            if not column.field.transform.drop
        ]


def _checked(row: TableRow) -> CheckedRow:
    return cast(CheckedRow, row.checked)


def _written(judge: JsonJudge, texts: pl.DataFrame) -> pl.DataFrame:
    positions = judge.layout.output_positions
    return texts if positions is None else texts[:, list(positions)]
