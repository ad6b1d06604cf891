"""The records of NDJSON, one to a line, each with its place.

A line is what it is for CSV: CRLF, LF and CR each end one. None of them stands inside a record,
since in the strings of JSON they are escaped; so whatever is wrong with a line, its neighbours
are not concerned.
"""

from collections.abc import Iterator

from adapters.tabular.faults import FileFaultError, RecordFault
from adapters.tabular.json_reader import JsonElement
from adapters.tabular.json_scanner import ElementScanner
from adapters.tabular.limits import Limits
from adapters.tabular.physical_lines import PhysicalLine, physical_lines
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
        self._lines = physical_lines(blocks, max_bytes=limits.line_bytes)

    def __iter__(self) -> Iterator[JsonElement]:
        blank_lines, first = self._first()
        for line in range(1, blank_lines + 1):
            yield _blank(line)
        yield self._element(first, line=blank_lines + 1)
        for line, read in enumerate(self._lines, start=blank_lines + 2):
            yield self._element(read, line=line)

    def _first(self) -> tuple[int, PhysicalLine]:
        """How many lines are blank before the first one that is not, and that one."""
        for count, line in enumerate(self._lines):
            if line.is_cut or line.content.strip(_BLANKS):
                return count, line
        raise FileFaultError(file_error("empty_file"))

    def _element(self, read: PhysicalLine, *, line: int) -> JsonElement:
        text = read.content.strip(_BLANKS)
        if read.is_cut or len(read.content.rstrip(b"\r\n")) > self._limits.record_bytes:
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
        text = text[: self._limits.raw_characters]
        return JsonElement(line=line, text=text, fault=fault, is_excerpt=True)


def _blank(line: int) -> JsonElement:
    return JsonElement(line=line, text=b"", is_blank=True)
