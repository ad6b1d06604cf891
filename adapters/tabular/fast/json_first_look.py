"""The names of all members of a JSON array or NDJSON, found without reading what has none but known ones."""

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from typing import Final

import msgspec
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
from adapters.tabular.member_counts import MemberCounts

# Read in vain at most, when a name is new that all records have from there on.
_MOST_BEFORE_ANOTHER_LOOK: Final = 256
_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


class NamesAtLarge:
    """Iterates once over the names of records in their order; those of many are left out.

    Left out is a record whose names, whatever else is in it, were all there before. All of
    them are counted in `counts`.
    """

    def __init__(
        self,
        reader: ElementReader,
        records: JsonRecords,
        *,
        are_lines: bool,
        limits: Limits,
        counts: MemberCounts,
    ) -> None:
        self._reader = reader
        self._records = records
        self._counts = counts
        self._scan = scan_lines if are_lines else scan_elements
        self._limits = limits
        self._known: dict[str, None] = {}
        self._table = NameTable({})
        self._before_another_look = 1
        self._pace = JsonPace(limits.fast_chunk_bytes)

    def __iter__(self) -> Iterator[Iterable[str]]:
        exact_until = 0
        for element in self._reader:
            found = self._names_of(element)
            self._counts.add(records=1, members=len(found))
            yield found
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
                self._counts.add(records=len(scan.ends), members=len(scan.members.records))
                names = yield from self._names_in(chunk, scan)
                self._reader.take(
                    scan.size, lines=scan.line_count, beginnings=scan.beginnings(chunk, names)
                )
                self._pace.judged(scan.size, is_full=len(scan.ends) == most_records(1))

    def _names_in(self, chunk: bytes, scan: JsonScan) -> Generator[Iterable[str], None, Positions]:
        """Yields names, and returns the places of all the members' names in the table."""
        octets, done = Octets(chunk), 0
        while True:
            places = self._table.places_of(octets, scan.members)
            with_unknown = np.unique(scan.members.records[places == NO_NAME])
            known = len(self._known)
            for count, index in enumerate(with_unknown[with_unknown >= done].tolist(), start=1):
                text = chunk[scan.starts[index] : scan.ends[index]]
                yield self._names_of(JsonElement(line=0, text=text))
                done = index + 1
                if len(self._known) > known and count >= self._before_another_look:
                    # Others may have no unknown names any more. To ask takes as long as to
                    # read some records, so where names are many it is asked less often.
                    self._before_another_look = min(2 * count, _MOST_BEFORE_ANOTHER_LOOK)
                    break
            if len(self._known) == known:
                return places
            self._table = self._table_of_known()

    def _names_of(self, element: JsonElement) -> Collection[str]:
        if element.fault is not None or element.lacks_comma or element.is_blank:
            return ()
        # Whatever is wrong with a record, it has no new name where all of these are known.
        names = _names_in_text(element.text)
        if names and self._known.keys() >= names.keys():
            return names.keys()
        return self._names_read(element)

    def _names_read(self, element: JsonElement) -> Collection[str]:
        names = self._records.read(element).members
        self._known |= dict.fromkeys(names)
        return names

    def _table_of_known(self) -> NameTable:
        return NameTable({name: at for at, name in enumerate(self._known)})


def _names_in_text(text: bytes) -> Mapping[str, object]:
    try:
        return _MEMBERS.decode(text)
    except (ValueError, RecursionError):
        return {}
