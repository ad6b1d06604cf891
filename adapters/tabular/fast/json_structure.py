"""Records found in a chunk of JSON all at once: where each begins and ends, and its members."""

from typing import Final

import numpy as np

from adapters.tabular.fast.json_gaps import BLANKS, Bytes, first_filled
from adapters.tabular.fast.json_marks import (
    CLOSING,
    CLOSING_ARRAY,
    COLON,
    COMMA,
    KINDS_OF_MARKS,
    OPENING,
    OPENING_ARRAY,
    QUOTE,
    JsonMarks,
)
from adapters.tabular.fast.json_members import MemberMarks
from adapters.tabular.fast.json_nesting import Nesting
from adapters.tabular.fast.json_scan import JsonScan
from adapters.tabular.fast.marks import Flags, Positions
from adapters.tabular.json_beginnings import Lookalikes, is_amid_strings
from adapters.tabular.limits import Limits

# In one scan, so that the work between two looks at whether to stop is bounded; and so many cells
# take a few MiB, however many of them are absent.
_MOST_RECORDS: Final = 1 << 14
_MOST_CELLS: Final = 1 << 18
_MAY_BE_AMID_STRINGS: Final = np.frombuffer(b" \t,:]}", np.uint8)


def most_records(width: int) -> int:
    """How many records one scan may find in a table of so many columns."""
    return max(1, min(_MOST_RECORDS, _MOST_CELLS // width))


def scan_elements(
    chunk: bytes, *, limits: Limits, most_records: int, lookalikes: Lookalikes | None
) -> JsonScan | None:
    """The elements up to the first that is not proven; None when that is the very first.

    The chunk begins behind an element of an array. Proven of an element is that it comes after
    a comma, is built of names and values as an object is, is within the limits of a record,
    and that the array goes on or ends behind it; and that no object inside of it is among the
    `lookalikes`.
    """
    structure = _structure(chunk, limits, lookalikes)
    if structure is None:
        return None
    count = min(structure.proven(structure.are_elements(), limits), most_records)
    return structure.scan(count, size=structure.end_of_element(count)) if count else None


def scan_lines(
    chunk: bytes, *, limits: Limits, most_records: int, lookalikes: Lookalikes | None = None
) -> JsonScan | None:
    """The same for NDJSON: lines of one record each, up to the first that is not proven.

    The chunk begins with a line; its last record is never proven, since nothing tells whether
    its line goes on.
    """
    structure = _structure(chunk, limits, lookalikes)
    if structure is None:
        return None
    count = min(structure.proven(structure.are_lines(), limits), most_records)
    return structure.scan(count, size=structure.end_of_line(count)) if count else None


def _structure(chunk: bytes, limits: Limits, lookalikes: Lookalikes | None) -> "_Structure | None":
    marks = JsonMarks(chunk)
    if limits.json_depth <= 0:
        return None
    nesting = Nesting(marks, most_depth=limits.json_depth, lookalikes=lookalikes)
    # Without two marks there is no record, and no mark that another follows.
    if np.count_nonzero(nesting.is_outer) < 2:
        return None
    return _Structure(marks, nesting, lookalikes)


class _Structure:
    """The marks as objects and members; nothing here depends on what follows the first doubt."""

    def __init__(self, marks: JsonMarks, nesting: Nesting, lookalikes: Lookalikes | None) -> None:
        self._marks = marks
        self._nesting = nesting
        self._lookalikes = lookalikes
        self._at, kinds = marks.at, marks.kinds
        if nesting.has_inner:
            self._at, kinds = self._at[nesting.is_outer], kinds[nesting.is_outer]
        self._outer_kinds = kinds
        # Room at both ends, so that every mark has neighbours.
        self._kinds = np.concatenate((np.zeros(3, np.uint8), kinds, np.zeros(4, np.uint8)))
        openings = np.flatnonzero(kinds == OPENING)
        closings = np.flatnonzero(kinds == CLOSING)
        most = min(len(openings), len(closings))
        self._openings, self._closings = openings[:most], closings[:most]
        self._following = np.minimum(self._closings + 1, len(self._at) - 1)
        self._colons = np.flatnonzero(kinds == COLON)
        self._is_string: Flags = self._kind(self._colons + 1) == QUOTE
        # The colons of record n are those from its first one up to its last one.
        self._firsts = np.searchsorted(self._colons, self._openings)
        self._lasts = np.searchsorted(self._colons, self._closings)

    def are_elements(self) -> Flags:
        """Which objects stand between commas, or a comma and the end of an array."""
        before = np.concatenate(([-1], self._closings[:-1]))
        are_elements: Flags = (self._openings == before + 2) & (
            self._kind(self._openings - 1) == COMMA
        )
        following = self._kind(self._following)
        are_elements &= (following == COMMA) | (following == CLOSING_ARRAY)
        return are_elements

    def are_lines(self) -> Flags:
        """Which objects are a line by themselves, with no blank one before."""
        ends = self._marks.line_ends
        begins_in, ends_in = (
            np.searchsorted(ends, self._at[marks]) for marks in (self._openings, self._closings)
        )
        before = np.concatenate(([-1], self._closings[:-1]))
        are_lines: Flags = (self._openings == before + 1) & (begins_in == ends_in)
        are_lines &= begins_in == np.concatenate(([0], ends_in[:-1] + 1))
        following = np.searchsorted(ends, self._at[self._following])
        are_lines &= (self._kind(self._following) == OPENING) & (following > ends_in)
        return are_lines

    def proven(self, are_apart: Flags, limits: Limits) -> int:
        """How many records from the first on are proven, besides standing apart."""
        if not len(are_apart):
            return 0
        openings, closings, following = self._openings, self._closings, self._following
        is_proven = are_apart & (closings > openings) & (closings < following)
        starts = np.concatenate(([0], self._at[closings[:-1]]))
        # Whatever stands around a record is counted to it.
        is_proven &= self._at[following] - starts <= limits.record_bytes
        is_proven &= self._is_filled()
        is_proven &= self._at[closings] < self._first_doubt_of_records()
        count = _until_doubt(is_proven)
        self._members = self._members_of(count)
        doubt = self._members.first_doubt(openings[:count], closings[:count])
        return _until_doubt(self._at[closings[:count]] < doubt)

    def end_of_element(self, count: int) -> int:
        """Where the last of so many records ends."""
        return int(self._at[self._closings[count - 1]]) + 1

    def end_of_line(self, count: int) -> int:
        """Where the line of the last of so many records ends."""
        ends = self._marks.line_ends
        return int(ends[np.searchsorted(ends, self.end_of_element(count))]) + 1

    def scan(self, count: int, *, size: int) -> JsonScan:
        """The first records, which are proven."""
        marks = self._marks
        starts = self._at[self._openings[:count]]
        ends = self._at[self._closings[:count]] + 1
        is_unsound = np.zeros(count, np.bool_)
        unescaped = marks.unescaped[marks.unescaped < ends[-1]]
        is_unsound[np.searchsorted(ends, unescaped, side="right")] = True
        return JsonScan(
            starts=starts,
            ends=ends,
            lines=np.searchsorted(marks.line_ends, starts),
            is_unsound=is_unsound,
            members=self._members.members(
                self._lasts[:count] - self._firsts[:count], nested_colons=self._nested(COLON)
            ),
            values=self._values(count, starts, ends),
            backslashes=marks.backslashes,
            size=size,
            line_count=int(np.searchsorted(marks.line_ends, size)),
        )

    def _kind(self, marks: Positions) -> Bytes:
        return self._kinds[marks + 3]

    def _is_filled(self) -> Flags:
        """Which records consist of the marks of their members and nothing else."""
        strings = np.concatenate(([0], np.cumsum(self._is_string)))
        counts = self._lasts - self._firsts
        # Two quotes, a colon, perhaps two quotes, and a comma or the closing brace.
        needed = 4 * counts + 2 * (strings[self._lasts] - strings[self._firsts])
        needed[counts == 0] = 1
        is_filled: Flags = self._closings - self._openings == needed
        return is_filled

    def _members_of(self, count: int) -> MemberMarks:
        """The members of so many records, of which all is proven but these."""
        last = self._lasts[count - 1] if count else 0
        return MemberMarks(
            self._marks.octets,
            at=self._at,
            kinds=self._outer_kinds,
            colons=self._colons[:last],
            is_string=self._is_string[:last],
        )

    def _first_doubt_of_records(self) -> int:
        doubts = [self._marks.doubtful, self._nesting.doubtful, self._first_bad_gap()]
        if self._lookalikes is not None:
            doubts.append(self._first_amid_strings())
        return min(doubts)

    def _first_amid_strings(self) -> int:
        """The first record whose first name could be what stands between two strings of another.

        From there on, to a reader of elements, strings may hold the beginning of one.
        """
        octets, at = self._marks.octets, self._at
        openings = self._openings[self._kind(self._openings + 1) == QUOTE]
        starts = at[openings + 1] + 1
        may_be = np.flatnonzero(
            np.isin(octets[np.minimum(starts, len(octets) - 1)], _MAY_BE_AMID_STRINGS)
        )
        for record in may_be.tolist():
            end = at[min(openings[record] + 2, len(at) - 1)]
            if is_amid_strings(self._marks.text[starts[record] : end]):
                return int(at[openings[record]])
        return len(octets)

    def _first_bad_gap(self) -> int:
        """The mark around a record behind which something stands that is no blank."""
        octets, at = self._marks.octets, self._at
        if octets[: at[0]].tobytes().strip(BLANKS):
            return -1
        # An opening without a mark before it was looked at just now.
        before = np.maximum(self._openings - 1, 0)
        begins = np.concatenate((at[before], at[self._closings]))
        ends = np.concatenate((at[self._openings], at[self._following]))
        return first_filled(octets, begins, ends)

    def _values(self, count: int, starts: Positions, ends: Positions) -> Positions:
        """How many values are in each record; as the exact reader counts them, or fewer by one."""
        values = self._lasts[:count] - self._firsts[:count]
        if not self._nesting.has_inner:
            return values
        # Each has a comma before it, or the bracket that it is the first in.
        inner = self._nested(COMMA, OPENING, OPENING_ARRAY)
        return values + np.searchsorted(inner, ends) - np.searchsorted(inner, starts)

    def _nested(self, *kinds: int) -> Positions:
        """Where marks of those kinds stand inside values."""
        if not self._nesting.has_inner:
            return np.zeros(0, np.int64)
        is_kind = np.zeros(KINDS_OF_MARKS, np.bool_)
        is_kind[[*kinds]] = True
        is_one = is_kind[self._marks.kinds] & ~self._nesting.is_outer
        nested: Positions = self._marks.at[is_one]
        return nested


def _until_doubt(are_proven: Flags) -> int:
    """How many from the first on are."""
    return len(are_proven) if are_proven.all() else int(are_proven.argmin())
