"""The records of NDJSON, one to a line, each with its place.

A line is what it is for CSV: CRLF, LF and CR each end one. None of them stands inside a record,
since in the strings of JSON they are escaped; so whatever is wrong with a line, its neighbours
are not concerned.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from adapters.tabular.csv_source import CsvSource
from adapters.tabular.faults import FileFaultError, RecordFault
from adapters.tabular.json_reader import JsonElement
from adapters.tabular.json_scanner import ElementScanner
from adapters.tabular.limits import Limits
from adapters.tabular.physical_lines import PhysicalLine
from domain.processing_report import file_error

# The white space of JSON: a line of nothing else is blank.
_BLANKS = b" \t\r\n"


class NdjsonReader:
    """Iterates once over the lines of a UTF-8 content; holds one of them at a time.

    Blank ones are elements, too. Raises FileFaultError `empty_file` on the first step when
    there are no others.
    """

    def __init__(self, blocks: Iterator[bytes], *, limits: Limits) -> None:
        self._limits = limits
        self._source = CsvSource(blocks)
        self.line = 1
        self._has_begun = False

    @property
    def position(self) -> int:
        """See ElementReader."""
        return self._source.position

    @property
    def may_skip(self) -> bool:
        """See ElementReader: behind the first record, up to which lines were read already."""
        return self._has_begun

    @property
    def lookalikes(self) -> None:
        """See ElementReader: a line is a line, whatever is in it."""
        return None

    def ahead(self, size: int) -> bytes:
        """See ElementReader."""
        return self._source.ahead(size)[0]

    def take(self, size: int, *, lines: int, beginnings: Iterable[bytes]) -> None:
        """See ElementReader; lines begin in no way that would matter."""
        self.line += lines
        self._source.take(size)

    def __iter__(self) -> Iterator[JsonElement]:
        lines = self._source.lines(max_bytes=self._limits.of_rejected_rows.line_bytes)
        blank_lines, first = _first(lines, most_bytes=self._limits.line_bytes)
        for line in range(1, blank_lines + 1):
            yield _blank(line)
        self.line, self._has_begun = blank_lines + 1, True
        for read in chain((first,), lines):
            self.line += 1
            yield self._element(read, line=self.line - 1)

    def _element(self, read: PhysicalLine, *, line: int) -> JsonElement:
        text = read.content.strip(_BLANKS)
        size = len(read.content.rstrip(b"\r\n"))
        if read.is_cut or self._limits.is_too_long(text, size=size):
            return self._too_long(text, line=line)
        if not text:
            return _blank(line)
        scanner = ElementScanner(max_depth=self._limits.json_depth)
        scanner.advance(text, 0)
        fault = RecordFault(code="too_deep", facts={"limit": self._limits.json_depth})
        return JsonElement(line=line, text=text, fault=fault if scanner.is_too_deep else None)

    def _too_long(self, text: bytes, *, line: int) -> JsonElement:
        facts = {"limit": f"{self._limits.record_bytes} bytes"}
        fault = RecordFault(code="record_too_long", facts=facts)
        text = text[: min(self._limits.line_bytes, self._limits.raw_characters)]
        return JsonElement(line=line, text=text, fault=fault, is_excerpt=True)


def _blank(line: int) -> JsonElement:
    return JsonElement(line=line, text=b"", is_blank=True)


def _first(lines: Iterator[PhysicalLine], *, most_bytes: int) -> tuple[int, PhysicalLine]:
    """How many lines are blank before the first one that is not, and that one."""
    for count, line in enumerate(lines):
        if len(line.content) > most_bytes or line.content.strip(_BLANKS):
            return count, line
    raise FileFaultError(file_error("empty_file"))
