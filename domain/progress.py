"""How far the work on a file has come."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What one attempt has read so far: input bytes and data rows."""

    bytes_read: int
    rows_read: int
