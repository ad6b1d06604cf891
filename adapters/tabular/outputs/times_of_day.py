"""Times of whole seconds, many at once."""

from typing import Final

import numpy as np
import pyarrow as pa

_CHARACTERS: Final = len("hh:mm:ss")
_DIGITS: Final = (0, 1, 3, 4, 6, 7)
_MICROSECONDS: Final = np.array([36_000, 3_600, 600, 60, 10, 1], np.int64) * 1_000_000


def times_of_day(texts: pa.StringArray) -> pa.Time64Array:
    """The microseconds since midnight of texts like `hh:mm:ss`, null where there is none.

    Nothing but the places of the digits is looked at; ValueError where they are none.
    """
    is_there = texts.is_valid().to_numpy(zero_copy_only=False)
    digits = _octets(texts.drop_null()).reshape(-1, _CHARACTERS)[:, _DIGITS] - ord("0")
    if (digits > 9).any():
        raise ValueError("a time that is not written hh:mm:ss")
    found = np.zeros(len(texts), np.int64)
    found[is_there] = digits.astype(np.int64) @ _MICROSECONDS
    return pa.array(found, pa.time64("us"), mask=~is_there)


def _octets(texts: pa.StringArray) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    """The texts one after another; a part of an array shares the buffers of the whole."""
    _, offsets, octets = texts.buffers()
    ends = np.frombuffer(offsets or bytes(4), np.int32)
    start, end = ends[texts.offset], ends[texts.offset + len(texts)]
    return np.frombuffer(octets or b"", np.uint8)[start:end]
