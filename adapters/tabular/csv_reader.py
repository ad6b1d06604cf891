"""CSV records with their exact place, whatever is wrong with some of them.

A record's end is found by the parity of its quotes, so that a record over many lines is cut
only once. When the quote that its first line opens is never closed, not within the longest
record, or by something that cannot be a closing quote, that line alone is the bad record and
reading goes on at the next line. Lines are then read again, and still the work stays linear: every line between
the two ends of such a record holds an even number of quotes, so none of them can open a
record of its own over many lines. No line is read more than three times.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.tabular.csv_cells import NotCut, cut_cells
from adapters.tabular.csv_source import CsvSource, SourceLines
from adapters.tabular.decoding import is_utf8
from adapters.tabular.faults import RecordFault, nul_byte, shown
from adapters.tabular.limits import Limits
from adapters.tabular.physical_lines import PhysicalLine, count_line_ends


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvRecord:
    """One record: its cells, or no cells and its text in `raw` where it could not be cut.

    A blank record has neither cells nor faults. `line` is the physical line it starts on;
    `reasons` are those for which it was rejected before, if it was.
    """

    line: int
    cells: tuple[str, ...] = ()
    raw: str | None = None
    faults: tuple[RecordFault, ...] = ()
    reasons: str = ""

    @property
    def is_blank(self) -> bool:
        """True for a line with nothing on it, not even a space."""
        return not self.cells and not self.faults


class CsvReader:
    """Iterates once over the records of a UTF-8 content; holds one record at a time.

    The content comes as lines of at most `limits.line_bytes`, of which `line` were before. The
    limits may change between two records.
    """

    def __init__(
        self,
        lines: Iterator[PhysicalLine],
        *,
        delimiter: str,
        undecodable: RecordFault,
        limits: Limits,
        line: int = 0,
    ) -> None:
        self._delimiter = delimiter
        self._undecodable = undecodable
        self.limits = limits
        self._content = lines
        self._reread: list[SourceLines] = []
        """Lines that were taken and are in no record yet, the next ones last."""
        self._line = line
        self.unread_bytes = 0
        """How much there is of lines that were taken and are in no record yet."""
        self._is_cut_short = False

    def __iter__(self) -> Iterator[CsvRecord]:
        while (line := self._next_line()) is not None:
            yield self._record_from(line)

    @property
    def line(self) -> int:
        """How many lines the records so far, and those before them, take up."""
        return self._line

    @property
    def is_rereading(self) -> bool:
        """True while there are lines of the content that were taken and are in no record yet."""
        return bool(self._reread)

    def unread(self) -> bytes | None:
        """Those lines, for whoever goes on from here without this reader.

        None when it has to be the one that goes on, since something of them was left out.
        """
        if self._is_cut_short:
            return None
        return b"".join(lines.rest() for lines in reversed(self._reread))

    def _next_line(self) -> PhysicalLine | None:
        while self._reread:
            line = next(self._reread[-1], None)
            if line is not None:
                self._line += 1
                self.unread_bytes -= len(line.content)
                return line
            self._reread.pop()
        line = next(self._content, None)
        if line is not None:
            self._line += 1
            if not self.unread_bytes:
                self._is_cut_short = False
        return line

    def _even_lines(self, most_bytes: int) -> bytes:
        """Lines that are sure not to end a record that is open; at once, where that is possible."""
        if self._reread or not isinstance(self._content, SourceLines):
            return b""
        lines = self._content.even_lines(most_bytes)
        self._line += count_line_ends(lines)
        return lines

    def _record_from(self, line: PhysicalLine) -> CsvRecord:
        record = line.content.rstrip(b"\r\n")
        if line.is_cut or len(record) > self.limits.record_bytes:
            return self._too_long(record)
        if not record:
            return CsvRecord(line=self._line)
        cells = self._cut(record)
        if cells is NotCut.OPEN_QUOTE:
            return self._over_many_lines(line.content)
        if cells is NotCut.STRAY_QUOTE:
            fault = RecordFault(code="stray_quote")
            return self._uncut(record, fault=fault, line=self._line)
        return self._cut_record(record, cells, line=self._line)

    def _over_many_lines(self, first: bytes) -> CsvRecord:
        start = self._line
        text = bytearray(first)
        quotes = first.count(b'"')
        while quotes % 2 and len(text) <= self.limits.record_bytes:
            text += self._even_lines(self.limits.record_bytes - len(text))
            line = self._next_line()
            if line is None:
                break
            self._is_cut_short |= line.is_cut
            text += line.content
            quotes += line.content.count(b'"')
        if quotes % 2 == 0:
            record = bytes(text).rstrip(b"\r\n")
            cells = self._cut(record) if len(record) <= self.limits.record_bytes else None
            if isinstance(cells, list):
                return self._cut_record(record, cells, line=start)
        del text[: len(first)]
        return self._only_the_first_line(first, rest=bytes(text), start=start)

    def _only_the_first_line(self, first: bytes, *, rest: bytes, start: int) -> CsvRecord:
        self._reread.append(CsvSource(iter((rest,))).lines(max_bytes=self.limits.line_bytes))
        self.unread_bytes += len(rest)
        self._line = start
        fault = RecordFault(code="unclosed_quote")
        return self._uncut(first.rstrip(b"\r\n"), fault=fault, line=start)

    def _cut(self, record: bytes) -> list[str] | NotCut:
        text = record.decode("utf-8", "replace")
        return cut_cells(text, delimiter=self._delimiter, max_cells=self.limits.columns)

    def _cut_record(self, record: bytes, cells: list[str], *, line: int) -> CsvRecord:
        if len(cells) > self.limits.columns:
            surplus = f"more than {self.limits.columns} cells, the most a record may have"
            fault = RecordFault(code="extra_cell", facts={"surplus": surplus})
            return self._uncut(record, fault=fault, line=line)
        faults = self._text_faults(record)
        if len(record) > self.limits.cell_bytes:
            faults = (*faults, *self._long_cells(cells))
        if faults:
            cells = [cell.replace("\0", "\ufffd") for cell in cells]
        return CsvRecord(line=line, cells=tuple(cells), faults=faults)

    def _long_cells(self, cells: list[str]) -> Iterator[RecordFault]:
        limit = self.limits.cell_bytes
        for column, cell in enumerate(cells):
            if len(cell.encode()) > limit:
                yield RecordFault(
                    code="cell_too_long", facts={"limit": limit}, column=column, value=cell
                )

    def _too_long(self, record: bytes) -> CsvRecord:
        facts = {"limit": f"{self.limits.record_bytes} bytes"}
        fault = RecordFault(code="record_too_long", facts=facts)
        return self._uncut(record, fault=fault, line=self._line)

    def _uncut(self, record: bytes, *, fault: RecordFault, line: int) -> CsvRecord:
        text = record.decode("utf-8", "replace").replace("\0", "\ufffd")
        raw = shown(text, characters=self.limits.raw_characters)
        return CsvRecord(line=line, raw=raw, faults=(fault, *self._text_faults(record)))

    def _text_faults(self, record: bytes) -> tuple[RecordFault, ...]:
        faults = (nul_byte(),) if b"\0" in record else ()
        if is_utf8(record):
            return faults
        return (*faults, self._undecodable)
