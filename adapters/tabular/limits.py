"""How large the parts of one file may be."""

import re
from dataclasses import dataclass, replace
from typing import Final

from adapters.tabular.resubmission import RESERVED
from domain.column_tally import MOST_DISTINCT
from domain.row_sample import MOST_ROWS

_MIB = 1024 * 1024
REJECTED_SIGN_BYTES: Final = 64
"""So much of a JSON record tells whether it may be a rejected one."""

_REJECTED = re.compile(rb'\s*\{\s*"_(?:row|line|errors|raw)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that one record, cell, header or nesting may measure; each has its own code."""

    record_bytes: int = 16 * _MIB
    cell_bytes: int = _MIB
    columns: int = 2000
    # Each error names its column: a name of a mebibyte would be written a million times.
    column_name_bytes: int = 1024
    json_depth: int = 64
    # Of one JSON record, however deep they are. Each takes up to a hundred bytes of memory where
    # the text takes two.
    record_values: int = 256 * 1024
    # What the place, the errors and the text of a rejected row may take beside its own cells when
    # it comes back: two thousand errors, each with its column's name.
    rejection_bytes: int = 16 * _MIB
    # A text shown in `_raw` is cut past this, visibly: it is there to recognise the record by.
    raw_characters: int = 64 * 1024
    # What the results of a file may take, all together: so much, or so many times its content
    # where that is more. Twelve wrong cells in every row make thirty to fifty times the content.
    result_bytes: int = 1024 * _MIB
    result_ratio: int = 50
    # Bytes read at once; whatever the source's chunks are, the readers see blocks of this.
    block_bytes: int = 256 * 1024
    # What holds less, expanded, is read record by record: it is done before the fast path is
    # loaded.
    fast_from_bytes: int = 256 * 1024
    # What the fast path judges at once. Twice as much is five per cent faster, and takes 25 MB
    # more of memory, since a chunk is read ahead and another written behind.
    fast_chunk_bytes: int = _MIB
    # Bytes of broken JSON that are read again in the hope of saving later elements. Without
    # this bound a file of never-closed brackets costs its length squared.
    rescan_bytes: int = 64 * _MIB
    # Keys held in memory, all unique fields together, before they move to a file. With it a
    # process stays below 200 MB on a large CSV with a key.
    key_bytes: int = 16 * _MIB
    # Distinct values that the profile of a column counts, and rows that it samples; a file with
    # many columns has less of both.
    profiled_values: int = MOST_DISTINCT
    sampled_rows: int = MOST_ROWS

    # What a compressed file may expand to: so much at most, and so many times its size once
    # that is more than what any may expand to.
    decompressed_bytes: int = 10 * 1024 * _MIB
    expansion_ratio: int = 200
    expansion_free_bytes: int = 10 * _MIB

    @property
    def of_rejected_rows(self) -> "Limits":
        """The same for rows that were rejected, to which what we add to them does not count."""
        return replace(
            self,
            record_bytes=self.record_bytes + self.rejection_bytes,
            columns=self.columns + len(RESERVED),
        )

    def is_too_long(self, beginning: bytes, *, size: int) -> bool:
        """True for a JSON record of so many bytes that begins so.

        Ours stand first in a rejected one, also where its members were sorted.
        """
        if size <= self.record_bytes:
            return False
        is_ours = _REJECTED.match(beginning, 0, REJECTED_SIGN_BYTES) is not None
        return not is_ours or size > self.of_rejected_rows.record_bytes

    @property
    def line_bytes(self) -> int:
        """The longest line: a record, and its line end, which does not count."""
        return self.record_bytes + len(b"\r\n")
