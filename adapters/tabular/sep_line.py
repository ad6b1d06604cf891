"""The line before the header by which Excel is told the delimiter: `sep=;`."""

import re

_SEP_LINE = re.compile(rb'("?)sep=([,;|\t])\1(?:[\r\n]|\Z)')


def told_delimiter(sample: bytes) -> str | None:
    """The delimiter that the first line names; None where that line is another one."""
    found = _SEP_LINE.match(sample)
    return found[2].decode() if found else None
