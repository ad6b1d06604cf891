"""CSV as it is written here: RFC 4180, with its CRLF line ends, in UTF-8."""

import re
from collections.abc import Iterable
from functools import cache

_LINE_END = "\r\n"


def csv_record(cells: Iterable[str], *, delimiter: str = ",") -> str:
    """One record with its line end; cells are quoted only where they must be.

    A single empty cell is quoted, since an empty line would be no record at all.
    """
    needs_quotes = _needs_quotes(delimiter).search
    written = [_quoted(cell) if needs_quotes(cell) else cell for cell in cells]
    return (delimiter.join(written) or '""') + _LINE_END


@cache
def _needs_quotes(delimiter: str) -> re.Pattern[str]:
    return re.compile(rf'["\r\n{re.escape(delimiter)}]')


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'
