"""The rows of a CSV file: chunks judged at once, and whatever is in doubt judged one by one."""

from collections.abc import Callable, Iterator

from adapters.tabular.csv_judge import CsvJudge
from adapters.tabular.csv_reader import CsvRecord
from adapters.tabular.fast.cell_errors import CellErrors
from adapters.tabular.fast.cell_judge import CellJudge
from adapters.tabular.fast.chunk_rows import ChunkRows
from adapters.tabular.fast.cut_chunks import CutChunk, CutChunks, ReaderFactory, ReadExactly
from adapters.tabular.fast.key_claims import KeyClaims
from adapters.tabular.physical_lines import PhysicalLine
from adapters.tabular.pipeline import Ahead
from adapters.tabular.table import AcceptedRows, TableRow


class MixedRows:
    """Iterates once over the rows of the chunks; `ahead` may cut some before they are judged."""

    def __init__(
        self, chunks: CutChunks, judge: CsvJudge, *, reader_of: ReaderFactory, ahead: Ahead
    ) -> None:
        self._chunks = chunks
        self._judge = judge
        self._reader_of = reader_of
        self._ahead = ahead
        self._row = 1
        self._cell_judge = CellJudge(judge.layout)
        self._cell_errors = CellErrors(judge.layout.columns)
        self._claims = KeyClaims(judge.layout, judge.validator)

    def __iter__(self) -> Iterator[TableRow | AcceptedRows]:
        for part in self._ahead(self._chunks.parts()):
            if isinstance(part, CutChunk):
                yield from self._at_once(part)
                self._row += len(part.is_plain)
            else:
                yield from self._one_by_one(part)

    def _at_once(self, chunk: CutChunk) -> ChunkRows:
        return ChunkRows(
            self._judge,
            is_plain=chunk.is_plain,
            judged=self._cell_judge.judge(chunk.cells),
            record_at=self._exact_records(chunk),
            row=self._row,
            lines=chunk.scan.lines + chunk.line,
            claims=self._claims,
            cell_errors=self._cell_errors,
        )

    def _exact_records(self, chunk: CutChunk) -> Callable[[int], CsvRecord]:
        starts, ends, lines_before = chunk.scan.starts, chunk.scan.ends, chunk.scan.lines

        def record_at(index: int) -> CsvRecord:
            record = chunk.content[starts[index] : ends[index]]
            lines = (PhysicalLine(part, is_cut=False) for part in record.splitlines(keepends=True))
            return next(iter(self._reader_of(lines, chunk.line + int(lines_before[index]))))

        return record_at

    def _one_by_one(self, records: ReadExactly) -> Iterator[TableRow]:
        for record in records:
            yield self._judge.judge(record, row=self._row)
            self._row += 1
