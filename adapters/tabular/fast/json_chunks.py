"""A JSON content in parts: chunks of records cut at once, and elements that were read exactly."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Final

from adapters.tabular.element_reader import ElementReader
from adapters.tabular.fast.json_cells import JsonCells, cut_members
from adapters.tabular.fast.json_names import NameTable
from adapters.tabular.fast.json_pace import JsonPace
from adapters.tabular.fast.json_scan import JsonScan
from adapters.tabular.fast.json_structure import most_records, scan_elements, scan_lines
from adapters.tabular.fast.marks import Positions
from adapters.tabular.fast.octets import Octets
from adapters.tabular.json_reader import JsonElement
from adapters.tabular.limits import Limits

# Handed on together, while there are no chunks between them.
_MOST_ELEMENTS: Final = 100
_MOST_ELEMENT_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class CutJson:
    """Proven records of a chunk that begins in that `line`.

    `names` are the places of all members' names in a table of names, record by record.
    """

    content: bytes
    octets: Octets
    scan: JsonScan
    names: Positions
    line: int


class JsonChunks:
    """Both ways of reading meet behind an element, so each takes over where the other stopped."""

    def __init__(
        self,
        reader: ElementReader,
        elements: Iterator[JsonElement],
        names: NameTable,
        *,
        are_lines: bool,
        limits: Limits,
    ) -> None:
        self._reader = reader
        self._elements = elements
        self._names = names
        self._scan = scan_lines if are_lines else scan_elements
        self._limits = limits
        self._pace = JsonPace(limits.fast_chunk_bytes)
        self._most_records = most_records(names.width)

    def parts(self) -> Generator[CutJson | list[JsonElement]]:
        """Yields everything from the first of the elements on, in order."""
        singly, singly_bytes, exact_until = list[JsonElement](), 0, 0
        for element in self._elements:
            singly.append(element)
            singly_bytes += len(element.text)
            while self._reader.may_skip and self._reader.position >= exact_until:
                cut = self._cut()
                if cut is None:
                    exact_until = self._reader.position + self._pace.exact_bytes
                    self._pace.doubted()
                    break
                if singly:
                    yield singly
                    singly, singly_bytes = [], 0
                yield cut
            if len(singly) >= _MOST_ELEMENTS or singly_bytes >= _MOST_ELEMENT_BYTES:
                yield singly
                singly, singly_bytes = [], 0
        if singly:
            yield singly

    def cells(self, cut: CutJson) -> JsonCells:
        """The cells of such a part, in whichever thread asks for them."""
        return cut_members(
            cut.content,
            cut.scan,
            octets=cut.octets,
            names=self._names,
            name_places=cut.names,
            most_values=self._limits.record_values,
        )

    def _cut(self) -> CutJson | None:
        """The next chunk, which is done with; None when it begins with a doubt."""
        chunk, line = self._reader.ahead(self._pace.chunk_bytes), self._reader.line
        scan = self._scan(
            chunk,
            limits=self._limits,
            most_records=self._most_records,
            lookalikes=self._reader.lookalikes,
        )
        if scan is None:
            return None
        # No more than the next chunk depends on; the cells are cut beside it.
        octets = Octets(chunk)
        names = self._names.places_of(octets, scan.members)
        beginnings = scan.beginnings(chunk, names)
        self._reader.take(scan.size, lines=scan.line_count, beginnings=beginnings)
        self._pace.judged(scan.size, is_full=len(scan.ends) == self._most_records)
        return CutJson(content=chunk, octets=octets, scan=scan, names=names, line=line)
