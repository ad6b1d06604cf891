"""The members of many records: where their names and values stand, and the first that is in doubt."""

import numpy as np

from adapters.tabular.fast.json_gaps import Bytes, first_filled, trim
from adapters.tabular.fast.json_marks import CLOSING, COMMA, OPENING, QUOTE
from adapters.tabular.fast.json_scan import Members
from adapters.tabular.fast.marks import Flags, Positions


class MemberMarks:
    """Members told by their colons, each of which has a mark behind it.

    The marks stand in the chunk `at` those places, and are of those `kinds`.
    """

    def __init__(
        self, octets: Bytes, *, at: Positions, kinds: Bytes, colons: Positions, is_string: Flags
    ) -> None:
        self._octets = octets
        self._at = at
        # Room at both ends, so that every mark has neighbours.
        self._kinds = np.concatenate((np.zeros(3, np.uint8), kinds, np.zeros(4, np.uint8)))
        self._colons = colons
        self._is_string = is_string
        self._name_starts = at[colons - 2] + 1
        self._name_ends = at[colons - 1]
        self._starts = at[colons + is_string] + 1
        self._ends = at[colons + 1 + is_string]

    def first_doubt(self, openings: Positions, closings: Positions) -> int:
        """Where the first member stands that is none, in objects of those brackets.

        In doubt is what has no name or more than a value, and what has anything but blanks
        between the parts of it. The chunk's length when there is none.
        """
        colons = self._colons
        ends = self._kind(colons + 1 + 2 * self._is_string)
        before = self._kind(colons - 3)
        is_member = (self._kind(colons - 1) == QUOTE) & ((before == COMMA) | (before == OPENING))
        is_member &= (ends == COMMA) | (ends == CLOSING)
        if not is_member.all():
            return min(self._bad_gap(), int(self._at[colons[is_member.argmin()]]))
        return len(self._octets) if self._is_compact(openings, closings) else self._bad_gap()

    def members(self, counts: Positions, *, nested_colons: Positions) -> Members:
        """Those of the first records, of which each has so many."""
        count = int(counts.sum())
        is_string = self._is_string[:count]
        starts, ends = self._starts[:count], self._ends[:count]
        trim(self._octets, starts, ends, chosen=np.flatnonzero(~is_string))
        return Members(
            records=np.repeat(np.arange(len(counts)), counts),
            name_starts=self._name_starts[:count],
            name_ends=self._name_ends[:count],
            starts=starts,
            ends=ends,
            is_string=is_string,
            nested_colons=nested_colons,
        )

    def _kind(self, marks: Positions) -> Bytes:
        return self._kinds[marks + 3]

    def _is_compact(self, openings: Positions, closings: Positions) -> bool:
        """True when there is nothing in the objects but marks, names and values of all members."""
        in_names = self._name_ends.sum() - self._name_starts.sum()
        in_values = self._ends.sum() - self._starts.sum()
        size = self._at[closings].sum() - self._at[openings].sum()
        return bool(size == (closings - openings).sum() + in_names + in_values)

    def _bad_gap(self) -> int:
        at = self._at
        may_be_filled = np.zeros(len(at), np.bool_)
        may_be_filled[self._colons - 2] = True
        may_be_filled[self._colons + self._is_string] = True
        gaps = np.flatnonzero((np.diff(at) > 1) & ~may_be_filled[:-1])
        return first_filled(self._octets, at[gaps], at[gaps + 1])
