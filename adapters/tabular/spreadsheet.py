"""Cells that no spreadsheet takes for a formula, and back."""

import re
from collections.abc import Sequence
from typing import Final

GUARD: Final = "'"
BYTE_ORDER_MARK: Final = "\ufeff"
"""Spreadsheets take a CSV file without it for the local 8-bit encoding."""

# With the wide forms of the first four, which Excel takes for them where Japanese is its language:
# https://owasp.org/www-community/attacks/CSV_Injection and its issue 1088.
_DANGEROUS = tuple("=+-@\uff1d\uff0b\uff0d\uff20\t\r\n'")
# Found faster than the start of a cell: the search leaps from one end to the next.
_SOME_DANGEROUS = re.compile("\0[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r\n']")
_PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def guard(cell: str) -> str:
    """The cell, behind a `'` when a spreadsheet could take it for more than text."""
    return GUARD + cell if _needs_guard(cell) else cell


def guard_all(cells: Sequence[str]) -> Sequence[str]:
    """Every one of the cells, guarded."""
    # One search tells of most records that none of their cells needs it. No cell has a NUL.
    if _SOME_DANGEROUS.search("\0" + "\0".join(cells)) is None:
        return cells
    return [guard(cell) for cell in cells]


def unguard(cell: str) -> str:
    """What `guard` was given."""
    return cell[1:] if cell.startswith(GUARD) and _needs_guard(cell[1:]) else cell


def _needs_guard(cell: str) -> bool:
    return cell.startswith(_DANGEROUS) and _PLAIN_NUMBER.fullmatch(cell) is None
