"""The values of many members: of what kind they are, and their texts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from adapters.tabular.fast.json_kinds import (
    BOOLEAN,
    DOUBTFUL,
    MISSING,
    NUMBER,
    OTHER,
    STRING,
)
from adapters.tabular.fast.json_nested import canonical_texts
from adapters.tabular.fast.json_scan import JsonScan, Members
from adapters.tabular.fast.marks import Flags, Positions
from adapters.tabular.fast.octets import Octets

Kinds = npt.NDArray[np.uint8]

_MINUS: Final = ord("-")
_ZERO, _NINE = b"09"
_ARRAY, _OBJECT = b"[{"
# The integer -0 is 0, and no text of a CSV: the exact path rewrites it.
_LITERALS: Final = {b"null": MISSING, b"true": BOOLEAN, b"false": BOOLEAN, b"-0": DOUBTFUL}
_TEXTS: Final = msgspec.json.Decoder(list[str])
_TEXT: Final = msgspec.json.Decoder(str)

_Rewriting: TypeAlias = Callable[[list[bytes]], Sequence[bytes | None]]


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
    """The values of the scan's members; strings with escapes, arrays and objects of the `chosen` alone.

    Those must be UTF-8 without control characters in strings.
    """
    members = scan.members
    kinds = _kinds(octets, members)
    texts = _Texts(chunk, octets, members)
    if len(scan.backslashes) and len(kinds):
        escaped = np.flatnonzero(_holding(scan.backslashes, members) & members.is_string)
        kinds[escaped] = DOUBTFUL
        escaped = escaped[chosen[escaped]]
        kinds[texts.rewrite(escaped, _unescaped)] = STRING
    nested = _nested(octets, members)
    if len(nested):
        nested = nested[chosen[nested]]
        colons = _counts(members.nested_colons, members, nested)
        kinds[texts.rewrite(nested, partial(canonical_texts, colons=colons))] = OTHER
    return texts.values(kinds)


class _Texts:
    """The texts of all values, some of them rewritten behind the chunk, one after the other."""

    def __init__(self, chunk: bytes, octets: Octets, members: Members) -> None:
        self._octets = octets
        self._members = members
        self._starts, self._lengths = members.starts.copy(), members.ends - members.starts
        self._pieces = [chunk]
        self._size = len(chunk)

    def rewrite(self, values: Positions, to: _Rewriting) -> Positions:
        """Gives those values other texts; returns the ones for which there is a text."""
        starts, ends = self._members.starts[values].tolist(), self._members.ends[values].tolist()
        chunk = self._pieces[0]
        written = [chunk[start:end] for start, end in zip(starts, ends, strict=True)]
        texts = to(written)
        # What stays as it is written needs no copy, which would be held as long as the rows are.
        is_new = np.array([new != old for new, old in zip(texts, written, strict=True)], np.bool_)
        added = [text or b"" for text, new in zip(texts, is_new.tolist(), strict=True) if new]
        sizes = np.array([len(text) for text in added], np.int64)
        self._starts[values[is_new]] = self._size + np.cumsum(sizes) - sizes
        self._lengths[values[is_new]] = sizes
        self._pieces += added
        self._size += int(sizes.sum())
        return values[[text is not None for text in texts]]

    def values(self, kinds: Kinds) -> Values:
        """The texts where they are now, with those kinds."""
        octets = Octets(b"".join(self._pieces)) if len(self._pieces) > 1 else self._octets
        return Values(kinds=kinds, octets=octets, starts=self._starts, lengths=self._lengths)


def _kinds(octets: Octets, members: Members) -> Kinds:
    kinds = np.where(members.is_string, STRING, DOUBTFUL).astype(np.uint8)
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


def _nested(octets: Octets, members: Members) -> Positions:
    """Which values begin as arrays and objects do."""
    others = np.flatnonzero(~members.is_string)
    first = octets.words(members.starts[others], np.ones(len(others), np.int64))
    nested: Positions = others[(first == _ARRAY) | (first == _OBJECT)]
    return nested


def _counts(positions: Positions, members: Members, values: Positions) -> Positions:
    """How many of those positions are in each of the values."""
    counts: Positions = np.searchsorted(positions, members.ends[values])
    return counts - np.searchsorted(positions, members.starts[values])


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
