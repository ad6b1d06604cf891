"""How large the parts of one file may be."""

from dataclasses import dataclass

from domain.column_tally import MOST_DISTINCT
from domain.row_sample import MOST_ROWS

_MIB = 1024 * 1024


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
    # A text shown in `_raw` is cut past this, visibly: it is there to recognise the record by.
    raw_characters: int = 64 * 1024
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
    def line_bytes(self) -> int:
        """The longest line: a record, and its line end, which does not count."""
        return self.record_bytes + len(b"\r\n")
