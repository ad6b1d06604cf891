"""The characters of a chunk of JSON that structure it, told from those inside strings."""

from typing import Final

import numpy as np

from adapters.tabular.fast.marks import Flags, Positions

QUOTE: Final = 1
COLON: Final = 2
COMMA: Final = 3
# Brackets that open are even, and each is followed by the one that closes it.
OPENING: Final = 4
CLOSING: Final = 5
OPENING_ARRAY: Final = 6
CLOSING_ARRAY: Final = 7
KINDS_OF_MARKS: Final = 8
_CONTROL: Final = 8

_CHARACTERS: Final = {
    bytes(range(32)): _CONTROL,
    b'"': QUOTE,
    b":": COLON,
    b",": COMMA,
    b"{": OPENING,
    b"}": CLOSING,
    b"[": OPENING_ARRAY,
    b"]": CLOSING_ARRAY,
}
_LF, _CR = b"\n\r"
# Marks that are left out of many strings at once; behind them, string by string.
_FEW: Final = 16


def _kinds() -> bytes:
    kinds = bytearray(256)
    for characters, kind in _CHARACTERS.items():
        for character in characters:
            kinds[character] = kind
    return bytes(kinds)


_KINDS: Final = _kinds()


class JsonMarks:
    """Where quotes, colons, commas and brackets stand in a chunk that begins outside strings.

    `at` are those outside strings, quotes included, and `kinds` says what they are. All holds
    up to the position `doubtful`, from which on the strings cannot be told for certain: a line
    ends in one, or a backslash stands outside.
    """

    def __init__(self, chunk: bytes) -> None:
        kinds = np.frombuffer(chunk.translate(_KINDS), np.uint8)
        at: Positions = np.flatnonzero(kinds != 0)
        kinds = kinds[at]
        self.text = chunk
        self.octets = np.frombuffer(chunk, np.uint8)
        self.backslashes: Positions = np.zeros(0, np.int64)
        self.doubtful = len(chunk)
        if b"\\" in chunk:
            self.backslashes = np.flatnonzero(self.octets == ord("\\"))
            is_mark = ~_escaped(self.backslashes, len(chunk))[at] | (kinds != QUOTE)
            at, kinds = at[is_mark], kinds[is_mark]
        quotes = np.flatnonzero(kinds == QUOTE)
        is_outside = _outside(quotes, len(at))
        controls = np.flatnonzero(kinds == _CONTROL)
        self._look_at_controls(at[controls], is_outside[controls])
        if len(self.backslashes):
            self._look_at_backslashes(at[quotes])
        is_outside[controls] = False
        self.at: Positions = at[is_outside]
        self.kinds = kinds[is_outside]

    def _look_at_controls(self, at: Positions, is_outside: Flags) -> None:
        characters = self.octets[at]
        is_line_end = characters == _LF
        carriage_returns = np.flatnonzero(characters == _CR)
        if len(carriage_returns):
            following = at[carriage_returns] + 1
            is_single = self.octets[np.minimum(following, len(self.octets) - 1)] != _LF
            is_line_end[carriage_returns[is_single]] = True
        self.line_ends: Positions = at[is_line_end]
        in_strings = at[~is_outside]
        is_broken = (self.octets[in_strings] == _LF) | (self.octets[in_strings] == _CR)
        self.unescaped: Positions = in_strings
        """Control characters in strings, which JSON does not allow."""
        if is_broken.any():
            self.doubtful = int(in_strings[is_broken.argmax()])

    def _look_at_backslashes(self, quotes: Positions) -> None:
        is_outside = np.searchsorted(quotes, self.backslashes) % 2 == 0
        if is_outside.any():
            self.doubtful = min(self.doubtful, int(self.backslashes[is_outside.argmax()]))


def _outside(quotes: Positions, count: int) -> Flags:
    """Which of so many marks stand outside strings, the quotes at their ends included."""
    is_outside = np.ones(count, np.bool_)
    if len(quotes) % 2:
        # The last string goes on behind the chunk.
        is_outside[quotes[-1] + 1 :] = False
        quotes = quotes[:-1]
    inside, closings = quotes[0::2] + 1, quotes[1::2]
    for _ in range(_FEW):
        is_left = inside < closings
        inside, closings = inside[is_left], closings[is_left]
        if not len(inside):
            return is_outside
        is_outside[inside] = False
        inside = inside + 1
    # Long texts, each of them with many marks.
    for start, end in zip(inside.tolist(), closings.tolist(), strict=True):
        is_outside[start:end] = False
    return is_outside


def _escaped(backslashes: Positions, size: int) -> Flags:
    """Which characters of the chunk stand behind a backslash that is not escaped itself."""
    is_first = np.diff(backslashes, prepend=-2) != 1
    starts = np.flatnonzero(is_first)
    place_in_run = np.arange(len(backslashes)) - starts[np.cumsum(is_first) - 1]
    escaped = np.zeros(size + 1, np.bool_)
    escaped[backslashes[place_in_run % 2 == 0] + 1] = True
    return escaped
