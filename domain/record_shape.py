"""What is wrong with a record whose cells or members are not those of the columns."""

from collections.abc import Sequence
from typing import Final

from domain.counted import are, counted
from domain.layout import Layout
from domain.row_error import RowError, quoted, row_error

_MOST_NAMES: Final = 10


def ragged(
    cells: Sequence[str], layout: Layout, *, row: int, line: int, reasons: str = ""
) -> RowError:
    """The error of a CSV record with too few or too many cells.

    `reasons` are those for which it was rejected before, if it was.
    """
    header = layout.header
    found, expected = len(cells), f"{are(len(header))} expected"
    if found < len(header):
        name = header[found]
        return row_error(
            "missing_cell",
            row=row,
            line=line,
            column=name,
            cells=counted(found, "cell"),
            expected=expected,
            name=quoted(name),
            hint=_way_out(found, reasons),
        )
    return row_error(
        "extra_cell",
        row=row,
        line=line,
        value=cells[len(header)],
        surplus=f"{counted(found, 'cell')}, {expected}",
    )


def nameless(cells: Sequence[str], layout: Layout, *, row: int, line: int) -> RowError:
    """The error of a CSV record with a value below a column that has no name."""
    at = next(at for at in range(len(layout.header), len(cells)) if cells[at])
    return row_error(
        "extra_cell",
        row=row,
        line=line,
        value=cells[at],
        surplus=f"{quoted(cells[at])} in column {at + 1}, which has no name",
    )


def surplus_members(names: Sequence[str], *, row: int, line: int) -> RowError:
    """The error of a JSON object with members that have no column."""
    # One error however many: an object of a million unknown members is one mistake.
    shown = [quoted(name) for name in names[:_MOST_NAMES]]
    more = ["…"] if len(names) > _MOST_NAMES else []
    surplus = f"members without a column: {', '.join(shown + more)}"
    return row_error("extra_cell", row=row, line=line, surplus=surplus)


def _way_out(found: int, reasons: str) -> str:
    """How a record that was rejected before can be whole where a cell is missing."""
    if not found:
        # A line without any cell is blank: this record had some, and all were emptied.
        return ", nor any text in _raw"
    # An empty cell there may be the padding of a spreadsheet.
    return "; where it shall be empty, empty _errors" if "(missing_cell)" in reasons else ""
