"""The values of many members: of what kind they are, and their texts."""

from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from adapters.tabular.fast.json_kinds import BOOLEAN, MISSING, NUMBER, OTHER, STRING
from adapters.tabular.fast.json_scan import JsonScan, Members
from adapters.tabular.fast.marks import Flags, Positions
from adapters.tabular.fast.octets import Octets

Kinds = npt.NDArray[np.uint8]

_MINUS: Final = ord("-")
_ZERO, _NINE = b"09"
# The integer -0 is 0, and no text of a CSV: the exact path rewrites it.
_LITERALS: Final = {b"null": MISSING, b"true": BOOLEAN, b"false": BOOLEAN, b"-0": OTHER}
_TEXTS: Final = msgspec.json.Decoder(list[str])
_TEXT: Final = msgspec.json.Decoder(str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The kind of each member's value, and where its text stands in `octets`.

    Strings are there without quotes and escapes, everything else as it is written. What begins
    like a number counts as one; whether it is one is left open.
    """

    kinds: Kinds
    octets: Octets
    starts: Positions
    lengths: Positions


def values_of(chunk: bytes, octets: Octets, scan: JsonScan, *, chosen: Flags) -> Values:
    """The values of the scan's members; strings are told for the `chosen` alone.

    Those must be UTF-8 without control characters.
    """
    members = scan.members
    kinds = _kinds(octets, members)
    starts, lengths = members.starts.copy(), members.ends - members.starts
    if not len(scan.backslashes) or not len(starts):
        return Values(kinds=kinds, octets=octets, starts=starts, lengths=lengths)
    is_escaped = _holding(scan.backslashes, members) & members.is_string
    kinds[is_escaped] = OTHER
    escaped = np.flatnonzero(is_escaped & chosen)
    spans = zip(members.starts[escaped].tolist(), members.ends[escaped].tolist(), strict=True)
    texts = _unescaped([chunk[start:end] for start, end in spans])
    sizes = np.array([-1 if text is None else len(text) for text in texts], np.int64)
    is_text = sizes >= 0
    kinds[escaped[is_text]] = STRING
    # They stand behind the chunk, one after the other.
    sizes = np.maximum(sizes, 0)
    starts[escaped] = len(chunk) + np.cumsum(sizes) - sizes
    lengths[escaped] = sizes
    octets = Octets(b"".join([chunk, *filter(None, texts)]))
    return Values(kinds=kinds, octets=octets, starts=starts, lengths=lengths)


def _kinds(octets: Octets, members: Members) -> Kinds:
    kinds = np.where(members.is_string, STRING, OTHER).astype(np.uint8)
    others = np.flatnonzero(~members.is_string)
    starts, lengths = members.starts[others], members.ends[others] - members.starts[others]
    words = octets.words(starts, lengths)
    first = words & np.uint64(0xFF)
    is_number = ((first >= _ZERO) & (first <= _NINE)) | (first == _MINUS)
    kinds[others[is_number]] = NUMBER
    for literal, kind in _LITERALS.items():
        word = np.uint64(int.from_bytes(literal, "little"))
        kinds[others[(words == word) & (lengths == len(literal))]] = kind
    return kinds


def _holding(positions: Positions, members: Members) -> Flags:
    """Which values hold at least one of those positions."""
    holds = np.zeros(len(members.starts), np.bool_)
    before = np.searchsorted(members.starts, positions, side="right") - 1
    is_behind = (before >= 0) & (positions < members.ends[before])
    holds[before[is_behind]] = True
    return holds


def _unescaped(texts: list[bytes]) -> list[bytes | None]:
    """What the texts say that stand between the quotes of JSON strings; None where they may not.

    Halves of surrogate pairs and NULs are left to the exact path.
    """
    try:
        decoded = _TEXTS.decode(b'["' + b'","'.join(texts) + b'"]') if texts else []
    except ValueError:
        # One that is no JSON must not make all the others doubtful.
        return [_unescaped_alone(text) for text in texts]
    return [None if "\0" in text else text.encode() for text in decoded]


def _unescaped_alone(text: bytes) -> bytes | None:
    try:
        decoded = _TEXT.decode(b'"' + text + b'"')
    except ValueError:
        return None
    return None if "\0" in decoded else decoded.encode()
