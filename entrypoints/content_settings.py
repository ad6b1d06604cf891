"""The settings of what a submitted file may be like."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentSettings:
    """The most that a file, or a part of one, may measure; see `Limits` of the engine."""

    decompressed_bytes: int
    result_bytes: int
    record_bytes: int
    cell_bytes: int
    columns: int
    json_depth: int
