"""CSV as it is written here: RFC 4180, with its CRLF line ends, in UTF-8."""

import re
from collections.abc import Iterable

_LINE_END = "\r\n"
_NEEDS_QUOTES = re.compile('[",\r\n]')


def csv_record(cells: Iterable[str]) -> str:
    """One record with its line end; cells are quoted only where they must be.

    A single empty cell is quoted, since an empty line would be no record at all.
    """
    return (",".join(map(_cell, cells)) or '""') + _LINE_END


def _cell(text: str) -> str:
    if _NEEDS_QUOTES.search(text) is None:
        return text
    return '"' + text.replace('"', '""') + '"'
