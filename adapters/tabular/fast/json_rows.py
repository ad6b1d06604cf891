"""The rows of a JSON array or NDJSON: chunks judged at once, and whatever is in doubt read exactly."""

from collections.abc import Iterator

from adapters.tabular.element_reader import ElementReader
from adapters.tabular.fast.json_cells import cut_members
from adapters.tabular.fast.json_chunk import JsonChunkRows
from adapters.tabular.fast.json_claims import JsonKeyClaims
from adapters.tabular.fast.json_judge import JsonCellJudge
from adapters.tabular.fast.json_names import NameTable
from adapters.tabular.fast.json_scan import most_records, scan_elements, scan_lines
from adapters.tabular.fast.pace import Pace
from adapters.tabular.json_judge import JsonJudge
from adapters.tabular.json_reader import JsonElement
from adapters.tabular.limits import Limits
from adapters.tabular.table import AcceptedRows, TableRow


class MixedJsonRows:
    """Iterates once over the rows of the `elements` and of those that its reader skips for it.

    Both ways of reading meet behind an element, or a line, so each takes over where the other stopped.
    """

    def __init__(
        self,
        reader: ElementReader,
        elements: Iterator[JsonElement],
        judge: JsonJudge,
        *,
        are_lines: bool,
        limits: Limits,
    ) -> None:
        self._reader = reader
        self._elements = elements
        self._judge = judge
        self._scan = scan_lines if are_lines else scan_elements
        self._limits = limits
        self._row = 1
        self._exact_until = 0
        self._pace = Pace(limits.fast_chunk_bytes)
        self._names = NameTable(judge.layout.header)
        self._most_records = most_records(len(judge.layout.header))
        self._cell_judge = JsonCellJudge(judge.layout)
        self._claims = JsonKeyClaims(judge.layout, judge.validator)

    def __iter__(self) -> Iterator[TableRow | AcceptedRows]:
        for element in self._elements:
            yield self._judge.judge(element, row=self._row)
            self._row += 1
            while self._reader.may_skip and self._reader.position >= self._exact_until:
                rows = self._at_once()
                if rows is None:
                    self._exact_until = self._reader.position + self._pace.exact_bytes
                    self._pace.doubted()
                    break
                yield from rows

    def _at_once(self) -> Iterator[TableRow | AcceptedRows] | None:
        """The rows of the next chunk, which is done with; None when it begins with a doubt."""
        chunk = self._reader.ahead(self._pace.chunk_bytes)
        scan = self._scan(chunk, limits=self._limits, most_records=self._most_records)
        if scan is None:
            return None
        cells = cut_members(chunk, scan, self._names)
        rows = JsonChunkRows(
            self._judge,
            chunk,
            scan,
            cells=cells,
            judged=self._cell_judge.judge(cells),
            claims=self._claims,
            row=self._row,
            line=self._reader.line,
        )
        self._row += len(scan.ends)
        self._reader.take(scan.size, beginnings=scan.beginnings(chunk, cells.names))
        self._pace.judged(scan.size, is_full=len(scan.ends) == self._most_records)
        return iter(rows)
