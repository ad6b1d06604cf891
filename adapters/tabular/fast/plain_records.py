"""Records that are sound text of the right shape, so that only their values are in question."""

import numpy as np

from adapters.tabular.decoding import is_utf8
from adapters.tabular.fast.marks import Flags
from adapters.tabular.fast.scan import Scan
from adapters.tabular.limits import Limits


def plain_records(chunk: bytes, scan: Scan, *, width: int, limits: Limits) -> Flags:
    """Which records have as many cells as that, none too long, in UTF-8 and without NULs."""
    lengths = scan.text_ends - scan.starts
    is_plain: Flags = (scan.cells == width) & (lengths > 0) & (lengths <= limits.cell_bytes)
    content = chunk[: scan.size]
    if b"\0" in content:
        is_plain &= ~scan.holding(np.flatnonzero(np.frombuffer(content, np.uint8) == 0))
    if not is_utf8(content):
        spans = zip(scan.starts.tolist(), scan.ends.tolist(), strict=True)
        is_plain &= [is_utf8(content[start:end]) for start, end in spans]
    return is_plain


def joined(chunk: bytes, scan: Scan, chosen: Flags) -> bytes:
    """The chosen records one behind the other, each with an LF or CRLF at its end."""
    octets = np.frombuffer(chunk, np.uint8)[: scan.size]
    last = scan.ends - 1
    ends_with_cr = last[octets[last] == ord("\r")]
    if len(ends_with_cr):
        octets = octets.copy()
        octets[ends_with_cr] = ord("\n")
    if not chosen.all():
        octets = octets[np.repeat(chosen, scan.ends - scan.starts)]
    records = octets.tobytes()
    return records if records.endswith(b"\n") else records + b"\n"
