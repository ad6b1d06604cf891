"""Arrays and objects inside the records of a chunk of JSON, proven without a look at each."""

from typing import Final

import numpy as np
import numpy.typing as npt

from adapters.tabular.fast.json_gaps import first_filled
from adapters.tabular.fast.json_marks import (
    COLON,
    COMMA,
    OPENING,
    OPENING_ARRAY,
    QUOTE,
    JsonMarks,
)
from adapters.tabular.fast.marks import Flags, Positions
from adapters.tabular.fast.octets import Octets, Words, outer_hashes
from adapters.tabular.json_beginnings import Lookalikes

_RECORD: Final = 1
# Deeper values are read exactly: levels of one byte are sorted fast.
_DEEPEST: Final = 254


class Nesting:
    """Which marks belong to values inside of records, so that those are as flat without them.

    `is_outer` tells them from all the others. Nothing is told of what stands at or behind the
    position `doubtful`: there a bracket closes another than was opened, is deeper than the
    limit, or opens an object where a reader of elements would take it for the next one.
    """

    def __init__(self, marks: JsonMarks, *, most_depth: int, lookalikes: Lookalikes | None) -> None:
        self._marks = marks
        self._brackets = np.flatnonzero(marks.kinds >= OPENING)
        self._kinds = marks.kinds[self._brackets]
        is_closing = (self._kinds & 1).astype(np.bool_)
        depths = np.cumsum(np.where(is_closing, -1, 1))
        self._levels = depths + is_closing
        self.doubtful = len(marks.octets)
        self.is_outer: Flags = np.ones(len(marks.at), np.bool_)
        self.has_inner = bool(len(depths)) and int(depths.max()) > _RECORD
        """True when a value holds others; of flat records there is nothing to prove."""
        if not self.has_inner:
            return
        self._leave_out(depths)
        self._doubt(self._levels > min(most_depth, _DEEPEST))
        self._match(is_closing)
        self._look_at_objects(lookalikes)

    def _leave_out(self, depths: Positions) -> None:
        counts = np.diff(self._brackets, append=len(self.is_outer))
        self.is_outer[self._brackets[0] :] = np.repeat(depths <= _RECORD, counts)
        self.is_outer[self._brackets[self._levels > _RECORD]] = False

    def _doubt(self, are_doubtful: Flags, *, at: Positions | None = None) -> None:
        """Notes the first doubtful one of the brackets, or of the marks `at` those places."""
        if are_doubtful.any():
            places = self._brackets if at is None else at
            first = places[are_doubtful.argmax()]
            self.doubtful = min(self.doubtful, int(self._marks.at[first]))

    def _match(self, is_closing: Flags) -> None:
        self._levels = np.clip(self._levels, 0, _DEEPEST + 1)
        # On every level a bracket that opens and one that closes take turns.
        self._by_level = np.argsort(self._levels.astype(np.uint8), kind="stable")
        kinds = self._kinds[self._by_level]
        is_other = np.empty(len(kinds), np.bool_)
        is_other[self._by_level[1:]] = kinds[1:] != kinds[:-1] + 1
        is_other[self._by_level[0]] = True
        self._doubt(is_other & is_closing & (self._levels > _RECORD))

    def _look_at_objects(self, lookalikes: Lookalikes | None) -> None:
        objects = np.flatnonzero((self._kinds == OPENING) & (self._levels > _RECORD))
        opened = self._brackets[objects]
        at, kinds = self._marks.at, self._marks.kinds
        before = kinds[opened - 1]
        is_expected = (before == COLON) | (before == OPENING_ARRAY)
        is_behind = before == COMMA
        if is_behind.any():
            is_expected[is_behind] = self._parents(objects[is_behind]) == OPENING_ARRAY
        self._doubt(~is_expected, at=opened)
        gap = first_filled(self._marks.octets, at[opened - 1], at[opened])
        self.doubtful = min(self.doubtful, gap)
        if lookalikes is not None:
            self._compare(opened, is_behind, lookalikes)

    def _parents(self, objects: Positions) -> npt.NDArray[np.uint8]:
        """The kinds of the brackets in which those stand."""
        size = len(self._brackets)
        places = self._levels * size + np.arange(size)
        wanted = places[objects] - size
        found = np.searchsorted(places[self._by_level], wanted) - 1
        kinds: npt.NDArray[np.uint8] = self._kinds[self._by_level[np.maximum(found, 0)]]
        return kinds

    def _compare(self, opened: Positions, is_behind: Flags, lookalikes: Lookalikes) -> None:
        """Finds objects that begin as elements do; by a hash, since a doubt too many is none too few."""
        octets = Octets(self._marks.text)
        records = self._brackets[(self._kinds == OPENING) & (self._levels == _RECORD)]
        _, beginnings = self._beginnings(octets, records)
        at, hashes = self._beginnings(octets, opened[is_behind])
        anywhere = _hashes_of(lookalikes.anywhere)
        known = [beginnings, _hashes_of(lookalikes.behind_another), anywhere]
        self._doubt(np.isin(hashes, np.concatenate(known)), at=at)
        if len(anywhere):
            at, hashes = self._beginnings(octets, opened)
            self._doubt(np.isin(hashes, anywhere), at=at)

    def _beginnings(self, octets: Octets, opened: Positions) -> tuple[Positions, Words]:
        """Those of the objects that begin with a name, and the names' hashes."""
        kinds = self._marks.kinds
        opened = opened[opened + 2 < len(kinds)]
        opened = opened[kinds[opened + 1] == QUOTE]
        starts = self._marks.at[opened + 1] + 1
        lengths = self._marks.at[opened + 2] - starts
        return opened, outer_hashes(octets, starts, lengths)


def _hashes_of(names: frozenset[bytes]) -> Words:
    lengths = np.array([len(name) for name in names], np.int64)
    return outer_hashes(Octets(b"".join(names)), np.cumsum(lengths) - lengths, lengths)
