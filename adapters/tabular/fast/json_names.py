"""Which column each member of many records belongs to, told by its name's bytes."""

import re
from collections.abc import Mapping
from typing import Final

import numpy as np

from adapters.tabular.fast.json_scan import NO_NAME, Members
from adapters.tabular.fast.marks import Flags, Positions
from adapters.tabular.fast.octets import WORD_BYTES, Octets, outer_hashes
from adapters.tabular.resubmission import RESERVED, SIGNS

# Written in JSON, these are always, or may be, escaped.
_ESCAPED: Final = re.compile(r'["\\\x00-\x1f\ud800-\udfff]')


class NameTable:
    """Knows names that are written without escapes; all others are unknown to it.

    So are those that tell a rejected record where two of them are, since such a record may be
    submitted again, and then is not what it seems. `numbers` has the number of each name, from
    0 on; several names may have the same.
    """

    def __init__(self, numbers: Mapping[str, int]) -> None:
        may_be_resubmitted = len(set(RESERVED).intersection(numbers)) >= SIGNS
        numbered = [
            (number, name.encode())
            for name, number in numbers.items()
            if not (_ESCAPED.search(name) or (may_be_resubmitted and name in RESERVED))
        ]
        self.width = max(numbers.values(), default=-1) + 1
        self._numbered = np.array([number for number, _ in numbered], np.int64)
        self._lengths = np.array([len(text) for _, text in numbered], np.int64)
        texts = Octets(b"".join(text for _, text in numbered))
        starts = np.cumsum(self._lengths) - self._lengths
        self._texts, self._starts = texts, starts
        self._firsts = texts.words(starts, self._lengths)
        hashes = outer_hashes(texts, starts, self._lengths)
        self._by_hash = np.argsort(hashes)
        self._sorted_hashes = hashes[self._by_hash]

    def numbers_at(self, places: Positions) -> Positions:
        """The numbers of the names at those places, NO_NAME for NO_NAME."""
        # The last one is what NO_NAME finds.
        return np.append(self._numbered, NO_NAME)[places]

    def places_of(self, octets: Octets, members: Members) -> Positions:
        """Where in the table each member's name is, NO_NAME where it is unknown.

        Every name has a place of its own, also where several have the same number.
        """
        if not len(members.records) or not len(self._numbered):
            return np.full(len(members.records), NO_NAME)
        starts, lengths = members.name_starts, members.name_ends - members.name_starts
        # Most files have the same names in the same order in every record.
        width = int(np.searchsorted(members.records, members.records[0], side="right"))
        first = self._places_of(octets, starts[:width], lengths[:width])
        if self._are_repeated(first, octets, starts, lengths):
            return np.tile(first, len(starts) // width)
        places = self._places_of(octets, starts, lengths)
        is_same = self._are_same(places, octets, starts, lengths)
        return np.where(is_same, places, NO_NAME)

    def _are_repeated(
        self, places: Positions, octets: Octets, starts: Positions, lengths: Positions
    ) -> bool:
        """Whether the names are those at these places, over and over again."""
        names, width = self._lengths[places], len(places)
        if len(starts) % width or (lengths.reshape(-1, width) != names).any():
            return False
        starts = starts.reshape(-1, width)
        for offset in range(0, int(names.max()), WORD_BYTES):
            is_longer = names > offset
            if not is_longer.all():
                starts, places, names = starts[:, is_longer], places[is_longer], names[is_longer]
            ours = self._texts.words(self._starts[places] + offset, names - offset)
            theirs = octets.words(starts + offset, names - offset)
            if (ours != theirs).any():
                return False
        return True

    def _places_of(self, octets: Octets, starts: Positions, lengths: Positions) -> Positions:
        """Where in the table each name is, if it is there."""
        hashes = outer_hashes(octets, starts, lengths)
        found = np.searchsorted(self._sorted_hashes, hashes)
        places: Positions = self._by_hash[np.minimum(found, len(self._by_hash) - 1)]
        return places

    def _are_same(
        self, places: Positions, octets: Octets, starts: Positions, lengths: Positions
    ) -> Flags:
        """Whether each name is the one at its place in the table."""
        firsts = octets.words(starts, lengths)
        are_same: Flags = (self._lengths[places] == lengths) & (self._firsts[places] == firsts)
        left, offset = np.flatnonzero(are_same & (lengths > WORD_BYTES)), WORD_BYTES
        while len(left):
            rest = lengths[left] - offset
            ours = self._texts.words(self._starts[places[left]] + offset, rest)
            are_same[left] &= ours == octets.words(starts[left] + offset, rest)
            offset += WORD_BYTES
            left = left[rest > WORD_BYTES]
        return are_same
