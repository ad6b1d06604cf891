"""The records of one chunk of JSON as rows: at once where that is certain, singly where not."""

from collections import Counter
from collections.abc import Iterator
from operator import itemgetter

import numpy as np
import polars as pl

from adapters.tabular.fast.json_chunks import CutJson
from adapters.tabular.fast.json_claims import JsonKeyClaims
from adapters.tabular.fast.json_judge import JudgedMembers
from adapters.tabular.fast.json_values import KIND_NAMES, MISSING
from adapters.tabular.fast.key_claims import Keys
from adapters.tabular.fast.marks import Positions
from adapters.tabular.json_judge import JsonJudge
from adapters.tabular.json_reader import JsonElement
from adapters.tabular.table import AcceptedRows, TableRow
from domain.row_validator import CheckedRow
from domain.schema import FieldType
from domain.transform import Change
from domain.values.base import json_kind


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
        positions = judge.layout.output_positions or range(len(judge.layout.columns))
        self._output_position = {at: place for place, at in enumerate(positions)}
        self._changed = judged.changes
        self._doubts = dict(judged.doubts)
        self._are_typed = are_typed
        self._is_accepted = judged.is_accepted.copy()
        self._claims = claims
        self._row = row

    def __iter__(self) -> Iterator[TableRow | AcceptedRows]:
        others, apart = dict[int, CheckedRow](), dict[int, TableRow]()
        for index, row in self._judged_singly():
            self._is_accepted[index] = False
            if row.checked is None or not row.checked.is_accepted:
                yield row
            elif self._are_typed or not self._texts_tell(row.checked):
                apart[index] = row
            else:
                others[index] = row.checked
        yield from self._accepted(others, apart)

    def _accepted(
        self, others: dict[int, CheckedRow], apart: dict[int, TableRow]
    ) -> Iterator[TableRow | AcceptedRows]:
        """All accepted records in their order: `others` as texts, too, those `apart` as they are."""
        texts, places = self._accepted_texts(others)
        kinds, changes = self._kinds(others), self._changes(others)
        ends = np.searchsorted(places, list(apart)).tolist()
        start = 0
        for index, end in zip([*apart, None], [*ends, len(places)], strict=True):
            if end > start:
                yield AcceptedRows(texts[start:end], changes, kinds)
                # They are counted once, with the first of them.
                changes = Counter()
            if index is not None:
                yield apart[index]
            start = end

    def _texts_tell(self, checked: CheckedRow) -> bool:
        """False when a missing value would be written as a text that is none to the profile."""
        return not any(
            value is None and column.field.format(None)
            for column, value in zip(self._judge.layout.columns, checked.values, strict=True)
        )

    def _changes(self, others: dict[int, CheckedRow]) -> Counter[Change]:
        """What the schema's rules changed."""
        changes = Counter(change for checked in others.values() for change in checked.changes)
        for change, flags in self._changed.items():
            changes[change] += int(np.count_nonzero(flags & self._is_accepted))
        return changes

    def _kinds(self, others: dict[int, CheckedRow]) -> dict[int, set[str]]:
        """What the values are in the columns that may have any."""
        kinds: dict[int, set[str]] = {}
        for at, column in enumerate(self._judge.layout.columns):
            if column.field.type is not FieldType.ANY or column.field.transform.drop:
                continue
            found = np.unique(self._chunk.cells.kinds[column.source][self._is_accepted])
            of_others = [checked.values[at] for checked in others.values()]
            default = column.field.transform.default
            has_default = default is not None and MISSING in found
            values = [*of_others, default] if has_default else of_others
            kinds[self._output_position[at]] = {
                *(KIND_NAMES[kind] for kind in found.tolist() if kind in KIND_NAMES),
                *(json_kind(value) for value in values if value is not None),
            }
        return kinds

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

    def _accepted_texts(self, others: dict[int, CheckedRow]) -> tuple[pl.DataFrame, Positions]:
        """The texts of accepted records in their order, and the records' indexes."""
        is_accepted = self._is_accepted
        accepted = np.flatnonzero(is_accepted)
        texts = self._texts if is_accepted.all() else self._texts.filter(is_accepted)
        if not others:
            return texts, accepted
        added = pl.DataFrame(
            [self._formatted(checked) for checked in others.values()],
            schema=texts.schema,
            orient="row",
        )
        places = np.concatenate([accepted, list(others)])
        order = np.argsort(places)
        return pl.concat([texts, added])[order], places[order]

    def _formatted(self, checked: CheckedRow) -> list[str | None]:
        return [
            None if value is None else column.field.format(value)
            for column, value in zip(self._judge.layout.columns, checked.values, strict=True)
            if not column.field.transform.drop
        ]


def _written(judge: JsonJudge, texts: pl.DataFrame) -> pl.DataFrame:
    positions = judge.layout.output_positions
    return texts if positions is None else texts[:, list(positions)]
