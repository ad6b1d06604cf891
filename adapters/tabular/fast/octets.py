"""Many short texts of one chunk, looked at or taken out of it all at once."""

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from adapters.tabular.fast.marks import Flags, Positions

Words: TypeAlias = npt.NDArray[np.uint64]

WORD_BYTES: Final = 8
_INLINE_BYTES: Final = 12
_PREFIX_BYTES: Final = 4
_VIEW_BYTES: Final = 16
# The first n bytes of a word, for n from 0 to 8.
_MASKS: Final = np.array([(1 << 8 * length) - 1 for length in range(WORD_BYTES + 1)], np.uint64)
_UPPER_HALF: Final = np.uint64(32)
# By how many bytes of a text stand in its view: what belongs to it there, of the first four and
# of those behind. One that is longer has no others.
_LONG: Final = _INLINE_BYTES + 1
_PREFIXES: Final = _MASKS[np.clip(np.arange(_LONG + 1), 0, _PREFIX_BYTES)] << _UPPER_HALF
_RESTS: Final = _MASKS[np.clip(np.arange(_LONG + 1) - _PREFIX_BYTES, 0, WORD_BYTES)]
_ODD: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))


class Octets:
    """A text of UTF-8 that can be read eight bytes at a time from any position of it."""

    def __init__(self, text: bytes) -> None:
        # Whatever is read behind the end is zero.
        self._buffer = text + bytes(_VIEW_BYTES)
        self._words: Words = np.ndarray(
            shape=(len(self._buffer) - WORD_BYTES + 1,),
            dtype="<u8",
            buffer=self._buffer,
            strides=(1,),
        )

    def words(self, starts: Positions, lengths: Positions) -> Words:
        """The first eight bytes of each text as a number, of shorter ones filled with zeros."""
        masks = _MASKS[np.clip(lengths, 0, WORD_BYTES)]
        words: Words = self._words[starts] & masks
        return words

    def texts(self, starts: Positions, lengths: Positions, *, is_there: Flags) -> pl.Series:
        """The texts as a column, null where nothing `is_there`."""
        lengths = np.where(is_there, lengths, 0)
        sizes = np.minimum(lengths, _LONG)
        views = np.empty((len(starts), 2), np.uint64)
        np.bitwise_or(
            (self._words[starts] << _UPPER_HALF) & _PREFIXES[sizes],
            lengths.astype(np.uint64),
            out=views[:, 0],
        )
        # A long text's view ends with its buffer's number, 0 here, and its place in there.
        views[:, 1] = np.where(
            sizes == _LONG,
            starts.astype(np.uint64) << _UPPER_HALF,
            self._words[starts + _PREFIX_BYTES] & _RESTS[sizes],
        )
        array = pa.Array.from_buffers(
            pa.string_view(),
            len(starts),
            [
                pa.py_buffer(np.packbits(is_there, bitorder="little")),
                pa.py_buffer(views),
                pa.py_buffer(self._buffer),
            ],
        )
        return pl.Series(array)


def outer_hashes(octets: Octets, starts: Positions, lengths: Positions) -> Words:
    """A hash of the length and the outer eight bytes at both ends of each text."""
    last = np.maximum(lengths - WORD_BYTES, 0)
    outer = (octets.words(starts, lengths), octets.words(starts + last, lengths))
    hashes: Words = np.bitwise_xor(outer[0] * _ODD[0], outer[1] * _ODD[1])
    return np.bitwise_xor(hashes, lengths.astype(np.uint64))
