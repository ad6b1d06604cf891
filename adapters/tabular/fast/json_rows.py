"""The rows of a JSON array or NDJSON: chunks judged at once, and the rest one by one."""

from collections.abc import Iterator

from adapters.tabular.fast.json_chunk import JsonChunkRows
from adapters.tabular.fast.json_chunks import CutJson, JsonChunks
from adapters.tabular.fast.json_claims import JsonKeyClaims
from adapters.tabular.fast.json_judge import JsonCellJudge
from adapters.tabular.json_judge import JsonJudge
from adapters.tabular.pipeline import Ahead
from adapters.tabular.table import AcceptedRows, TableRow


class MixedJsonRows:
    """Iterates once over the rows of all parts of the chunks; `ahead` may cut some before they are judged."""

    def __init__(self, chunks: JsonChunks, judge: JsonJudge, *, ahead: Ahead) -> None:
        self._chunks = chunks
        self._judge = judge
        self._ahead = ahead
        self._cell_judge = JsonCellJudge(judge.layout)
        self._claims = JsonKeyClaims(judge.layout, judge.validator)

    def __iter__(self) -> Iterator[TableRow | AcceptedRows]:
        row = 1
        for part in self._ahead(self._chunks.parts()):
            if isinstance(part, CutJson):
                yield from self._at_once(part, row=row)
                row += len(part.scan.ends)
                continue
            for element in part:
                yield self._judge.judge(element, row=row)
                row += 1

    def _at_once(self, chunk: CutJson, *, row: int) -> JsonChunkRows:
        cells = self._chunks.cells(chunk)
        return JsonChunkRows(
            self._judge,
            chunk,
            cells=cells,
            judged=self._cell_judge.judge(cells),
            claims=self._claims,
            row=row,
        )
