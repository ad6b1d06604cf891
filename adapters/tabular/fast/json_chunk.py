"""The records of one chunk of JSON as rows: at once where that is certain, singly where not."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from adapters.tabular.fast.json_chunks import CutJson
from adapters.tabular.fast.json_claims import JsonKeyClaims
from adapters.tabular.fast.json_judge import JudgedMembers
from adapters.tabular.json_judge import JsonJudge
from adapters.tabular.json_reader import JsonElement
from adapters.tabular.table import AcceptedRows, TableRow
from domain.row_validator import CheckedRow


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
    ) -> None:
        self._judge = judge
        self._chunk = chunk
        self._texts = judged.texts
        self._is_accepted = judged.is_accepted.copy()
        self._claims = claims
        self._row = row

    def __iter__(self) -> Iterator[TableRow | AcceptedRows]:
        others: dict[int, list[str]] = {}
        for index in self._judged_singly():
            row = self._judged_exactly(index)
            if row.checked is not None and row.checked.is_accepted:
                others[index] = self._formatted(row.checked)
            else:
                self._is_accepted[index] = False
                yield row
        texts = self._accepted_texts(others)
        if texts.height:
            yield AcceptedRows(texts)

    def _judged_singly(self) -> Iterator[int]:
        """The doubtful records, and those whose keys were there before."""
        if not self._claims:
            yield from np.flatnonzero(~self._is_accepted).tolist()
            return
        # Keys are claimed by good and doubtful records alike, each in its turn.
        accepted = np.flatnonzero(self._is_accepted)
        rows = (accepted + self._row).tolist()
        are_new = self._claims.are_new(self._chunk.cells, self._is_accepted.copy(), rows)
        for index, is_accepted in enumerate(self._is_accepted.tolist()):
            # What is claimed again for its errors has the same row, and so finds what it found.
            if not is_accepted or not next(are_new):
                yield index

    def _judged_exactly(self, index: int) -> TableRow:
        chunk, scan = self._chunk, self._chunk.scan
        element = JsonElement(
            line=chunk.line + int(scan.lines[index]),
            text=chunk.content[scan.starts[index] : scan.ends[index]],
        )
        return self._judge.judge(element, row=self._row + index)

    def _formatted(self, checked: CheckedRow) -> list[str]:
        columns = self._judge.layout.columns
        return [
            column.field.format(value)
            for column, value in zip(columns, checked.values, strict=True)
        ]

    def _accepted_texts(self, others: dict[int, list[str]]) -> pl.DataFrame:
        """The texts of all accepted records in their order."""
        is_known = self._is_accepted.copy()
        is_known[list(others)] = False
        texts = self._texts if is_known.all() else self._texts.filter(is_known)
        if not others:
            return texts
        added = pl.DataFrame(
            [[text or None for text in row] for row in others.values()],
            schema=texts.schema,
            orient="row",
        )
        places = np.concatenate([np.flatnonzero(is_known), list(others)])
        return pl.concat([texts, added])[np.argsort(places)]
