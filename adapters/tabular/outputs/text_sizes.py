"""How long the texts of a column are."""

from typing import TypeAlias

import numpy as np
import pyarrow as pa

Offsets: TypeAlias = np.ndarray[tuple[int], np.dtype[np.int32]]
"""Where each text of a column begins, and where the last one ends."""


def offsets_of(texts: pa.StringArray) -> Offsets:
    """The offsets of the texts; a part of an array shares the buffers of the whole."""
    counted = np.frombuffer(texts.buffers()[1] or bytes(4), np.int32)
    return counted[texts.offset : texts.offset + len(texts) + 1]


def have_size(texts: pa.StringArray, size: int) -> bool:
    """True when each text that is there has so many bytes."""
    # One that is not there has none.
    sizes = np.diff(offsets_of(texts))
    return bool(np.count_nonzero(sizes == size) == len(texts) - texts.null_count)
