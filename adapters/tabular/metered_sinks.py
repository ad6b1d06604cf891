"""How much the results of one file may take."""

from adapters.tabular.faults import FileFaultError
from application.ports.content_engine import CommittedResult, ResultSink, ResultSinks
from domain.processing_report import file_error


class MeteredSinks(ResultSinks):
    """Sinks that are written to until the results, all together, take more than they may.

    A content can ask for a thousand times its size: objects of two members in a table of 2,000
    columns, or lines of a byte that each have their error. What it comes to depends on the
    content alone, and not on which result is written first.
    """

    def __init__(self, sinks: ResultSinks, *, most_bytes: int) -> None:
        self._sinks = sinks
        self._most_bytes = most_bytes
        self._opened: list[_MeteredSink] = []
        self._cells = 0
        self._is_over = False

    def open(self, name: str, *, media_type: str) -> ResultSink:
        sink = _MeteredSink(self, self._sinks.open(name, media_type=media_type))
        self._opened.append(sink)
        return sink

    def add_cells(self, count: int) -> None:
        """So many cells of clean rows are written, in whatever form.

        Each takes a byte at least: what compresses well takes its time, too.
        Raises FileFaultError `results_too_large`.
        """
        self._cells += count
        self.check()

    def end(self) -> None:
        """All rows are written; what describes them is not counted."""
        self._is_over = True

    def check(self) -> None:
        """Raises FileFaultError `results_too_large` when more was written than may be."""
        # Each sink counts for itself, so that threads need not wait for each other.
        written = max(self._cells, sum(sink.size_bytes for sink in self._opened))
        if written > self._most_bytes and not self._is_over:
            raise FileFaultError(file_error("results_too_large", limit=self._most_bytes))


class _MeteredSink(ResultSink):
    def __init__(self, sinks: MeteredSinks, sink: ResultSink) -> None:
        self.size_bytes = 0
        self._sinks = sinks
        self._sink = sink

    def write(self, data: bytes) -> None:
        self.size_bytes += len(data)
        self._sinks.check()
        self._sink.write(data)

    def commit(self, *, rows: int | None) -> CommittedResult:
        return self._sink.commit(rows=rows)
