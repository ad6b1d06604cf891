"""Records of a chunk of JSON, cut and taken apart all at once, and proven one by one."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from adapters.tabular.fast.marks import Flags, Positions

NO_NAME: Final = -1
"""Stands for the place and the number of an unknown name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Names and values of many records, one record's behind the other's, as they are written.

    Each stands in the chunk from its start to its end, a string without its quotes, and
    whatever else without blanks around it. `records` has the index of each one's record.
    `nested_colons` are the places of all that stand inside values, behind names of their own.
    """

    records: Positions
    name_starts: Positions
    name_ends: Positions
    starts: Positions
    ends: Positions
    is_string: Flags
    nested_colons: Positions


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonScan:
    """Records from the start of a chunk on, each exactly as the exact reader would cut it.

    Record n is `chunk[starts[n]:ends[n]]`, and begins when `lines[n]` lines of the chunk have
    ended. It is an object; whether its strings and other values are JSON is not proven, and it is
    not where it `is_unsound`. Of values that hold others the brackets are proven, and no more.
    `values` are how many each record holds, also inside of others; `backslashes` are all of the
    chunk.
    """

    starts: Positions
    ends: Positions
    lines: Positions
    is_unsound: Flags
    members: Members
    values: Positions
    backslashes: Positions
    size: int
    """How many bytes of the chunk the records take up, with what stands between them."""
    line_count: int
    """How many lines end in these."""

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
