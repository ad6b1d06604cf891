"""Which rows of some tables are in the sample of all rows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from domain.row_sample import RowSample


def add_to_sample(sample: RowSample, table: pl.DataFrame, *, ordinals: Sequence[range]) -> None:
    """Hands the sample the rows that may be in it, see `row_hash`; those are their ordinals."""
    hashes = np.concatenate([_hashes(rows) for rows in ordinals])
    chosen = np.flatnonzero(hashes <= np.uint64(sample.bound - 1))
    if len(chosen) > sample.most_rows:
        chosen = chosen[np.argpartition(hashes[chosen], sample.most_rows)[: sample.most_rows]]
    # A table without columns has no rows to choose, either.
    columns = table[chosen].get_columns() if table.width else []
    sample.add(hashes[chosen].tolist(), [texts.to_list() for texts in columns])


def _hashes(ordinals: range) -> Any:
    mixed = np.arange(ordinals.start, ordinals.stop, dtype=np.uint64)
    mixed *= np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed
