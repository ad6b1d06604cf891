"""One record's text cut into cells by the quoting rules of RFC 4180."""

import re
from enum import Enum
from functools import cache
from typing import Final

QUOTE: Final = '"'


class NotCut(Enum):
    """Why a text could not be cut into cells."""

    OPEN_QUOTE = "the last cell's quote is never closed"
    STRAY_QUOTE = "a quote stands where none may"


def cut_cells(text: str, *, delimiter: str, max_cells: int) -> list[str] | NotCut:
    """The cells of a record without its line end, at most `max_cells` + 1 of them.

    A cell is either quoted from its first character to its last, quotes inside it doubled,
    or has no quote at all.
    """
    if QUOTE not in text:
        return text.split(delimiter, max_cells)
    cell_at = _cell_pattern(delimiter).match
    cells: list[str] = []
    position = 0
    while len(cells) <= max_cells:
        cell = cell_at(text, position)
        if cell is None:
            return NotCut.OPEN_QUOTE
        quoted: str | None = cell[1]
        cells.append(cell[0] if quoted is None else quoted.replace('""', QUOTE))
        position = cell.end()
        if position == len(text):
            break
        if text[position] != delimiter:
            return NotCut.STRAY_QUOTE
        position += 1
    return cells


@cache
def _cell_pattern(delimiter: str) -> re.Pattern[str]:
    """Matches the cell at a position; not at all where a quote opens and never closes.

    Possessive, so that it is linear on every text.
    """
    return re.compile(rf'"((?:[^"]++|"")*+)"|(?!")[^"\r\n{re.escape(delimiter)}]*+')
