"""Flat JSON objects of a chunk, cut and taken apart all at once, and proven one by one."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from adapters.tabular.fast.json_marks import (
    BRACKET,
    CLOSING,
    COLON,
    COMMA,
    OPENING,
    QUOTE,
    JsonMarks,
)
from adapters.tabular.fast.marks import Flags, Positions
from adapters.tabular.limits import Limits

# In one scan, so that the work between two looks at whether to stop is bounded; and so many cells
# take a few MiB, however many of them are absent.
_MOST_RECORDS: Final = 1 << 14
_MOST_CELLS: Final = 1 << 18

Bytes: TypeAlias = npt.NDArray[np.uint8]

NO_NAME: Final = -1
"""Stands for the place and the number of an unknown name."""

_BLANKS: Final = b" \t\r\n"
# More than any indentation; a longer gap is read exactly.
_LONGEST_GAP: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Names and values of many records, one record's behind the other's, as they are written.

    Each stands in the chunk from its start to its end, a string without its quotes, and
    whatever else without blanks around it. `records` has the index of each one's record.
    """

    records: Positions
    name_starts: Positions
    name_ends: Positions
    starts: Positions
    ends: Positions
    is_string: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonScan:
    """Records from the start of a chunk on, each exactly as the exact reader would cut it.

    Record n is `chunk[starts[n]:ends[n]]`, and begins when `lines[n]` lines of the chunk have
    ended. It is an object without arrays or objects in it; whether its strings and other values
    are JSON is not proven, and it is not where it `is_unsound`. `backslashes` are all of the chunk.
    """

    starts: Positions
    ends: Positions
    lines: Positions
    is_unsound: Flags
    members: Members
    backslashes: Positions
    size: int
    """How many bytes of the chunk the records take up, with what stands between them."""

    def beginnings(self, chunk: bytes, names: Positions) -> list[bytes]:
        """How the records begin, up to their first member's colon: every way, in its turn.

        `names` has the places of all members' names in a NameTable: their numbers would not tell
        a field's name from its aliases.
        """
        members = self.members
        firsts = np.flatnonzero(np.diff(members.records, prepend=-1))
        _, at = np.unique(names[firsts], return_index=True)
        # One of each known name is enough; those that are unknown may all be different.
        is_wanted = names[firsts] == NO_NAME
        is_wanted[at] = True
        firsts = firsts[is_wanted]
        spans = zip(
            members.name_starts[firsts].tolist(), members.name_ends[firsts].tolist(), strict=True
        )
        return [b'{"' + chunk[start:end] + b'":' for start, end in spans]


def most_records(width: int) -> int:
    """How many records one scan may find in a table of so many columns."""
    return max(1, min(_MOST_RECORDS, _MOST_CELLS // width))


def scan_elements(chunk: bytes, *, limits: Limits, most_records: int) -> JsonScan | None:
    """The elements up to the first that is not proven; None when that is the very first.

    The chunk begins behind an element of an array. Proven of an element is that it comes after
    a comma, is built of names and values as a flat object is, is within the limit of a record,
    and that the array goes on or ends behind it.
    """
    structure = _structure(chunk, limits)
    if structure is None:
        return None
    count = min(structure.proven(structure.are_elements(), limits), most_records)
    return structure.scan(count, size=structure.end_of_element(count)) if count else None


def scan_lines(chunk: bytes, *, limits: Limits, most_records: int) -> JsonScan | None:
    """The same for NDJSON: lines of one record each, up to the first that is not proven.

    The chunk begins with a line; its last record is never proven, since nothing tells whether
    its line goes on.
    """
    structure = _structure(chunk, limits)
    if structure is None:
        return None
    count = min(structure.proven(structure.are_lines(), limits), most_records)
    return structure.scan(count, size=structure.end_of_line(count)) if count else None


def _structure(chunk: bytes, limits: Limits) -> "_Structure | None":
    marks = JsonMarks(chunk)
    # Without two marks there is no record, and no mark that another follows.
    return _Structure(marks) if len(marks.at) > 1 and limits.json_depth > 0 else None


class _Structure:
    """The marks as objects and members; nothing here depends on what follows the first doubt."""

    def __init__(self, marks: JsonMarks) -> None:
        self._marks = marks
        self._at = marks.at
        # Room at both ends, so that every mark has neighbours.
        self._kinds = np.concatenate((np.zeros(3, np.uint8), marks.kinds, np.zeros(4, np.uint8)))
        openings = np.flatnonzero(marks.kinds == OPENING)
        closings = np.flatnonzero(marks.kinds == CLOSING)
        most = min(len(openings), len(closings))
        self._openings, self._closings = openings[:most], closings[:most]
        self._following = np.minimum(self._closings + 1, len(self._at) - 1)
        self._colons = np.flatnonzero(marks.kinds == COLON)
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
        is_end = self._marks.octets[self._at[self._following]] == ord("]")
        are_elements &= (following == COMMA) | ((following == BRACKET) & is_end)
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
        is_proven &= self._at[closings] < self._first_doubt()
        return len(is_proven) if is_proven.all() else int(is_proven.argmin())

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
            members=self._members(count),
            backslashes=marks.backslashes,
            size=size,
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

    def _first_doubt(self) -> int:
        colons = self._colons
        ends = self._kind(colons + 1 + 2 * self._is_string)
        before = self._kind(colons - 3)
        is_member = (self._kind(colons - 1) == QUOTE) & ((before == COMMA) | (before == OPENING))
        is_member &= (ends == COMMA) | (ends == CLOSING)
        doubts = [self._marks.doubtful, self._first_bad_gap()]
        if not is_member.all():
            doubts.append(int(self._at[colons[is_member.argmin()]]))
        return min(doubts)

    def _first_bad_gap(self) -> int:
        """The mark behind which something stands that is no blank, where only blanks may."""
        octets, at = self._marks.octets, self._at
        if octets[: at[0]].tobytes().strip(_BLANKS):
            return -1
        may_be_filled = np.zeros(len(at), np.bool_)
        may_be_filled[np.flatnonzero(self._marks.kinds == QUOTE)[0::2]] = True
        may_be_filled[self._colons[~self._is_string]] = True
        gaps = np.flatnonzero((np.diff(at) > 1) & ~may_be_filled[:-1])
        begins, ends = at[gaps], at[gaps + 1]
        stands = begins + 1
        first_bad = len(octets)
        for _ in range(_LONGEST_GAP):
            if not len(begins):
                return first_bad
            is_blank = _is_blank(octets[stands])
            if not is_blank.all():
                first_bad = min(first_bad, int(begins[is_blank.argmin()]))
            stands = stands + 1
            is_left = stands < ends
            begins, ends, stands = begins[is_left], ends[is_left], stands[is_left]
        return min(first_bad, int(begins[0])) if len(begins) else first_bad

    def _members(self, count: int) -> Members:
        counts = self._lasts[:count] - self._firsts[:count]
        colons = self._colons[: self._lasts[count - 1]]
        is_string = self._is_string[: len(colons)]
        starts = self._at[colons + is_string] + 1
        ends = self._at[colons + 1 + is_string]
        _trim(self._marks.octets, starts, ends, chosen=np.flatnonzero(~is_string))
        return Members(
            records=np.repeat(np.arange(count), counts),
            name_starts=self._at[colons - 2] + 1,
            name_ends=self._at[colons - 1],
            starts=starts,
            ends=ends,
            is_string=is_string,
        )


def _is_blank(octets: Bytes) -> Flags:
    blanks = [octets == blank for blank in _BLANKS]
    is_blank: Flags = blanks[0] | blanks[1] | blanks[2] | blanks[3]
    return is_blank


def _trim(
    octets: Bytes,
    starts: Positions,
    ends: Positions,
    *,
    chosen: Positions,
) -> None:
    """Moves the ends of the chosen texts past blanks; past no more than an indentation."""
    at_start = at_end = chosen
    for _ in range(_LONGEST_GAP):
        at_start = at_start[starts[at_start] < ends[at_start]]
        at_start = at_start[_is_blank(octets[starts[at_start]])]
        starts[at_start] += 1
        at_end = at_end[starts[at_end] < ends[at_end]]
        at_end = at_end[_is_blank(octets[ends[at_end] - 1])]
        ends[at_end] -= 1
        if not len(at_start) and not len(at_end):
            return
