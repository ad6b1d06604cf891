"""The names of all members of a JSON array or NDJSON, found without reading what has none but known ones."""

from collections.abc import Generator, Iterable, Iterator

import numpy as np

from adapters.tabular.element_reader import ElementReader
from adapters.tabular.fast.json_names import NameTable
from adapters.tabular.fast.json_pace import JsonPace
from adapters.tabular.fast.json_scan import NO_NAME, JsonScan
from adapters.tabular.fast.json_structure import most_records, scan_elements, scan_lines
from adapters.tabular.fast.marks import Positions
from adapters.tabular.fast.octets import Octets
from adapters.tabular.json_judge import JsonRecords
from adapters.tabular.json_reader import JsonElement
from adapters.tabular.limits import Limits


class NamesAtLarge:
    """Iterates once over the names of records in their order; those of many are left out.

    Left out is a record whose names, whatever else is in it, were all there before.
    """

    def __init__(
        self,
        reader: ElementReader,
        records: JsonRecords,
        *,
        are_lines: bool,
        limits: Limits,
    ) -> None:
        self._reader = reader
        self._records = records
        self._scan = scan_lines if are_lines else scan_elements
        self._limits = limits
        self._known: dict[str, None] = {}
        self._table = NameTable({})
        self._pace = JsonPace(limits.fast_chunk_bytes)

    def __iter__(self) -> Iterator[Iterable[str]]:
        exact_until = 0
        for element in self._reader:
            yield self._names_of(element)
            while self._reader.may_skip and self._reader.position >= exact_until:
                chunk = self._reader.ahead(self._pace.chunk_bytes)
                scan = self._scan(
                    chunk,
                    limits=self._limits,
                    most_records=most_records(1),
                    lookalikes=self._reader.lookalikes,
                )
                if scan is None:
                    exact_until = self._reader.position + self._pace.exact_bytes
                    self._pace.doubted()
                    break
                names = yield from self._names_in(chunk, scan)
                self._reader.take(
                    scan.size, lines=scan.line_count, beginnings=scan.beginnings(chunk, names)
                )
                self._pace.judged(scan.size, is_full=len(scan.ends) == most_records(1))

    def _names_in(self, chunk: bytes, scan: JsonScan) -> Generator[Iterable[str], None, Positions]:
        """Yields names, and returns the places of all the members' names in the table."""
        octets, done = Octets(chunk), 0
        while True:
            table = self._table
            places = table.places_of(octets, scan.members)
            with_unknown = np.unique(scan.members.records[places == NO_NAME])
            for index in with_unknown[with_unknown >= done].tolist():
                text = chunk[scan.starts[index] : scan.ends[index]]
                yield self._names_of(JsonElement(line=0, text=text))
                done = index + 1
                if self._table is not table:
                    # Others may have no unknown names any more.
                    break
            else:
                return places

    def _names_of(self, element: JsonElement) -> Iterable[str]:
        names = self._records.read(element).members
        before = len(self._known)
        self._known |= dict.fromkeys(names)
        if len(self._known) > before:
            self._table = NameTable({name: at for at, name in enumerate(self._known)})
        return names
