"""Times of whole seconds, many at once."""

from typing import Final

import numpy as np
import pyarrow as pa

from adapters.tabular.outputs.text_sizes import offsets_of

# The eight characters of `hh:mm:ss` as one number, the first of them in its lowest byte.
_WORD: Final = np.dtype("<u8")
_DIGITS: Final = np.uint64(0xFFFF00FFFF00FFFF)
_ZEROS: Final = np.uint64(0x3030003030003030)
# Added to a byte, it shows in the highest bit whether that is more than nine.
_BEYOND_NINE: Final = np.uint64(0x7676007676007676)
_HIGHEST: Final = np.uint64(0x8080008080008080)
_MICROSECONDS: Final = ((0, 3_600_000_000), (24, 60_000_000), (48, 1_000_000))


def times_of_day(texts: pa.StringArray) -> pa.Time64Array:
    """The microseconds since midnight of texts like `hh:mm:ss`, null where there is none.

    Nothing but the places of the digits is looked at; ValueError where they are none.
    """
    found = _microseconds(_words(texts.drop_null()))
    if not texts.null_count:
        return pa.array(found).view(pa.time64("us"))
    is_there = texts.is_valid().to_numpy(zero_copy_only=False)
    placed = np.zeros(len(texts), np.int64)
    placed[is_there] = found
    return pa.array(placed, pa.time64("us"), mask=~is_there)


def _microseconds(
    words: np.ndarray[tuple[int], np.dtype[np.uint64]],
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    # An eighth of the memory, and of the time, that a number for each digit takes.
    digits = (words & _DIGITS) ^ _ZEROS
    if (((digits + _BEYOND_NINE) | digits) & _HIGHEST).any():
        raise ValueError("a time that is not written hh:mm:ss")
    # Each byte is ten times its digit and the next one: the first of two holds their number.
    pairs = digits * np.uint64(10) + (digits >> np.uint64(8))
    found = np.zeros(len(words), np.uint64)
    for shift, microseconds in _MICROSECONDS:
        found += ((pairs >> np.uint64(shift)) & np.uint64(0xFF)) * np.uint64(microseconds)
    return found.view(np.int64)


def _words(texts: pa.StringArray) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """The texts one after another; a part of an array shares the buffers of the whole."""
    ends = offsets_of(texts)
    return np.frombuffer(texts.buffers()[2] or b"", np.uint8)[ends[0] : ends[-1]].view(_WORD)
