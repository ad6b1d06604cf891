"""CSV as it is written here: RFC 4180, with its CRLF line ends, in UTF-8."""

import re
from collections.abc import Sequence
from functools import cache

_LINE_END = "\r\n"
_MARKS = re.compile(r'["\r\n]')


def csv_record(cells: Sequence[str], *, delimiter: str = ",") -> str:
    """One record with its line end; cells are quoted only where they must be.

    A single empty cell is quoted, since an empty line would be no record at all.
    """
    plain = delimiter.join(cells)
    # One look at the whole tells of most records that none of their cells must be quoted.
    if plain and plain.count(delimiter) == len(cells) - 1 and _MARKS.search(plain) is None:
        return plain + _LINE_END
    needs_quotes = _needs_quotes(delimiter).search
    written = [_quoted(cell) if needs_quotes(cell) else cell for cell in cells]
    return (delimiter.join(written) or '""') + _LINE_END


@cache
def _needs_quotes(delimiter: str) -> re.Pattern[str]:
    return re.compile(rf'["\r\n{re.escape(delimiter)}]')


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'
